import { printable } from '@agentmesh/errors';
import type { HistoryChange, HistoryEntry } from '@agentmesh/installer';
import { AgentmeshCommand } from '../../command.js';
import { renderTable } from '../../render/table.js';

const SHOWN = 5;

/** `agentmesh plugin history` */
export default class PluginHistory extends AgentmeshCommand {
  static override summary = 'List the states of the installed plugins that are kept, newest first.';
  static override examples = ['<%= config.bin %> plugin history', '<%= config.bin %> plugin history --json'];

  async run(): Promise<{ generations: readonly HistoryEntry[] }> {
    await this.parse(PluginHistory);
    const generations = await (await (await this.compose()).offhand()).history();
    this.log(generations.length === 0 ? 'Nothing was ever installed here' : render(generations));
    return { generations };
  }
}

function render(entries: readonly HistoryEntry[]): string {
  return renderTable(
    ['', 'WHEN', 'BY', 'CHANGED'],
    entries.map(({ generation, current, at, action, changes }) => [
      `${current ? '*' : ' '} ${generation}`,
      at?.toISOString() ?? '-',
      action ?? '-',
      renderChanges(changes),
    ]),
  );
}

function renderChanges(changes: readonly HistoryChange[] | undefined): string {
  if (changes === undefined) return 'not known any more';
  const shown = changes.slice(0, SHOWN).map(({ name, change, from, to }) => {
    const versions = [from, to].filter((version) => version !== undefined).map((version) => printable(version));
    return `${change} ${name} ${[...new Set(versions)].join(' → ')}`;
  });
  const more = changes.length > SHOWN ? [`and ${changes.length - SHOWN} more`] : [];
  return [...shown, ...more].join(', ') || 'nothing';
}
