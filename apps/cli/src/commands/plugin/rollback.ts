import { MarketplaceError, printable } from '@agentmesh/errors';
import type { RollbackResult } from '@agentmesh/installer';
import * as Args from '@oclif/core/args';
import { ClientCommand, type ClientsReport } from '../../clients/client-command.js';

/** `agentmesh plugin rollback [N]` */
export default class PluginRollback extends ClientCommand {
  static override summary = 'Go back to an earlier state of the installed plugins, all at once.';
  static override description =
    'What comes back is read in full and has to pass the trusted keys as they are now. agentmesh.yaml and agentmesh.lock follow. A rollback can be rolled back.';
  static override examples = ['<%= config.bin %> plugin rollback', '<%= config.bin %> plugin rollback 3'];
  static override args = {
    generation: Args.string({ description: 'number of `plugin history` (default: the one before)' }),
  };

  async run(): Promise<RollbackResult & ClientsReport> {
    const { args } = await this.parse(PluginRollback);
    const composition = await this.compose();
    const installer = await composition.installed();
    const result = await installer.rollback(toNumber(args.generation), { signal: this.signal });
    const lines = result.changes.map(({ name, change, from, to }) => {
      const versions = [from, to].filter((version) => version !== undefined).map((version) => printable(version));
      return `${change} ${name} ${[...new Set(versions)].join(' → ')}`;
    });
    this.log([...lines, `Back to ${result.restored}, now as ${result.generation}`].join('\n'));
    const gone = result.changes.filter(({ change }) => change === 'removed').map(({ name }) => name);
    const changed = result.changes.filter(({ change }) => change !== 'removed').map(({ name }) => name);
    return { ...result, ...(await this.followUp(composition, { changed, removed: gone })) };
  }
}

function toNumber(text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,14}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new MarketplaceError(`Expected the number of a state, got "${printable(text)}"`, {
    code: 'USAGE',
    hint: 'See agentmesh plugin history',
  });
}
