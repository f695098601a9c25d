import { printable } from '@agentmesh/errors';
import type { RemovedPlugin } from '@agentmesh/installer';
import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';

/** `agentmesh plugin prune` */
export default class PluginPrune extends AgentmeshCommand {
  static override summary = 'Remove plugins that nobody asked for and nothing needs any more.';
  static override description =
    'There is no dedupe: a name is installed in one version only, so there is never anything to merge.';
  static override examples = ['<%= config.bin %> plugin prune', '<%= config.bin %> plugin prune --dry-run'];
  static override flags = { 'dry-run': Flags.boolean({ description: 'show what would go and stop', default: false }) };

  async run(): Promise<{ dry_run: boolean; removed: readonly RemovedPlugin[] }> {
    const { flags } = await this.parse(PluginPrune);
    const installer = await (await this.compose()).offhand();
    const dryRun = flags['dry-run'];
    const removed = await installer.prune({ dryRun, signal: this.signal });
    const verb = dryRun ? 'Would remove' : 'Removed';
    const lines = removed.map(({ name, version }) => `${verb} ${name} ${printable(version)}`);
    this.log(lines.length === 0 ? 'Everything is needed' : lines.join('\n'));
    return { dry_run: dryRun, removed };
  }
}
