import { printable } from '@agentmesh/errors';
import type { RemovedPlugin } from '@agentmesh/installer';
import * as Flags from '@oclif/core/flags';
import { ClientCommand, type ClientsReport } from '../../clients/client-command.js';

/** `agentmesh plugin prune` */
export default class PluginPrune extends ClientCommand {
  static override summary = 'Remove plugins that nobody asked for and nothing needs any more.';
  static override description =
    'There is no dedupe: a name is installed in one version only, so there is never anything to merge.';
  static override examples = ['<%= config.bin %> plugin prune', '<%= config.bin %> plugin prune --dry-run'];
  static override flags = { 'dry-run': Flags.boolean({ description: 'show what would go and stop', default: false }) };

  async run(): Promise<{ dry_run: boolean; removed: readonly RemovedPlugin[] } & Partial<ClientsReport>> {
    const { flags } = await this.parse(PluginPrune);
    const composition = await this.compose();
    const installer = await composition.offhand();
    const dryRun = flags['dry-run'];
    const removed = await installer.prune({ dryRun, signal: this.signal });
    const verb = dryRun ? 'Would remove' : 'Removed';
    const lines = removed.map(({ name, version }) => `${verb} ${name} ${printable(version)}`);
    this.log(lines.length === 0 ? 'Everything is needed' : lines.join('\n'));
    if (dryRun) return { dry_run: dryRun, removed };
    const gone = removed.map(({ name }) => name);
    return { dry_run: dryRun, removed, ...(await this.followUp(composition, { changed: [], removed: gone })) };
  }
}
