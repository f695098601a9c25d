import * as Flags from '@oclif/core/flags';
import { ClientCommand } from '../../clients/client-command.js';
import { clientFlags } from '../../clients/client-flags.js';
import type { ClientRow } from '../../clients/client-row.js';

/** `agentmesh plugin activate` */
export default class PluginActivate extends ClientCommand {
  static override summary = 'Bring what is installed into your agents again: skills, servers, sub-agents, rules.';
  static override description =
    `Installs, updates and removals do it by themselves. This does it after a clone, after a crash, and when clients change: --client says which ones
get everything that is installed here, and takes it out of all others. What is there already stays as it is, and so does what you edited.`;
  static override examples = [
    '<%= config.bin %> plugin activate',
    '<%= config.bin %> plugin activate --client claude,codex',
    '<%= config.bin %> plugin activate --client claude --scope user',
    '<%= config.bin %> plugin activate --client none',
    '<%= config.bin %> plugin activate --dry-run',
  ];
  static override flags = {
    ...clientFlags,
    'dry-run': Flags.boolean({ description: 'show what would stand where, and stop', default: false }),
  };

  async run(): Promise<{ dry_run: boolean; clients: readonly ClientRow[] }> {
    const { flags } = await this.parse(PluginActivate);
    const composition = await this.compose();
    const [{ chooseClients }, { settleClients }, { renderClients }] = await Promise.all([
      import('../../clients/client-choice.js'),
      import('../../clients/settle-clients.js'),
      import('../../clients/render-clients.js'),
    ]);
    const dryRun = flags['dry-run'];
    const choice = await chooseClients(composition.settings, flags);
    const { rows, failed } = await settleClients(composition, { choice, signal: this.signal, dryRun });
    const text = renderClients(rows, dryRun);
    this.log(text === '' ? 'Nothing installed has anything for these clients' : text);
    this.tellFindings(rows, failed);
    const { waiting } = await composition.shapes();
    this.tellWaiting(waiting);
    return { dry_run: dryRun, clients: rows };
  }
}
