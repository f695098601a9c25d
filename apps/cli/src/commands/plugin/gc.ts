import * as Flags from '@oclif/core/flags';
import { AgentmeshCommand } from '../../command.js';
import { formatBytes } from '../../render/bytes.js';

/** `agentmesh plugin gc` */
export default class PluginGc extends AgentmeshCommand {
  static override summary = 'Remove old states of the installed plugins, and files of the store that nothing needs.';
  static override description =
    'What was granted to plugins of no kept state goes as well. What is removed has to be fetched again when it is wanted again.';
  static override examples = ['<%= config.bin %> plugin gc', '<%= config.bin %> plugin gc --keep 1'];
  static override flags = {
    keep: Flags.integer({
      description: 'states that stay, the current one included (default: 10)',
      min: 1,
      helpValue: 'N',
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(PluginGc);
    const installer = await (await this.compose()).offhand();
    const removed = await installer.gc({ keep: flags.keep, signal: this.signal });
    const { generations, trees, files, bytes, grants } = removed;
    this.log(
      `Removed ${generations} old states, ${trees} folders of plugins, ${files} files of the store (${formatBytes(bytes)}) and ${grants} grants`,
    );
    return removed;
  }
}
