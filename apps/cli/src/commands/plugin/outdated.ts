import { printable } from '@agentmesh/errors';
import type { OutdatedPlugin } from '@agentmesh/installer';
import { AgentmeshCommand } from '../../command.js';
import { registryFlag } from '../../flags.js';
import { renderTable } from '../../render/table.js';

/** One line of `plugin outdated`. */
interface OutdatedRow {
  readonly name: string;
  readonly current: string;
  readonly wanted: string | null;
  readonly latest: string | null;
  readonly requested: boolean;
}

/** `agentmesh plugin outdated` */
export default class PluginOutdated extends AgentmeshCommand {
  static override summary = 'List plugins of the registry that have a newer version.';
  static override description =
    'WANTED is what `plugin update` takes; LATEST may lie beyond what agentmesh.yaml or a dependent allows. Plugins of other sources are not looked up.';
  static override examples = ['<%= config.bin %> plugin outdated', '<%= config.bin %> plugin outdated --json'];
  static override flags = { registry: registryFlag };

  async run(): Promise<{ outdated: readonly OutdatedRow[] }> {
    const { flags } = await this.parse(PluginOutdated);
    const installer = await (await this.compose(flags)).installer();
    const outdated = (await installer.outdated({ signal: this.signal })).map(toRow);
    this.log(outdated.length === 0 ? 'Everything is the newest there is' : render(outdated));
    return { outdated };
  }
}

function toRow({ name, current, wanted, latest, requested }: OutdatedPlugin): OutdatedRow {
  return { name, current, wanted: wanted ?? null, latest: latest ?? null, requested };
}

function render(rows: readonly OutdatedRow[]): string {
  return renderTable(
    ['NAME', 'CURRENT', 'WANTED', 'LATEST', 'ASKED FOR'],
    rows.map(({ name, current, wanted, latest, requested }) => [
      name,
      printable(current),
      wanted ?? 'nothing fits',
      latest ?? '-',
      requested ? 'yes' : 'no',
    ]),
  );
}
