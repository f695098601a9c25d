import { printable } from '@agentmesh/errors';
import type { ChangeResult, PlacedPlugin } from '@agentmesh/installer';
import { style } from '../render/style.js';
import { versionOf } from './render-plan.js';

const GROUPS: readonly (readonly [title: string, changes: readonly PlacedPlugin['change'][]])[] = [
  ['installed', ['installed']],
  ['updated', ['updated', 'downgraded', 'replaced']],
  ['healed', ['healed']],
  ['kept', ['kept']],
];
const SHOWN = 20;

/** How a change ended, a line a group: installed, updated, healed, kept, removed, refused. */
export function renderSummary({ plugins, removed, refused }: ChangeResult): string {
  const lines = GROUPS.flatMap(([title, changes]) => {
    const group = plugins.filter(({ change }) => changes.includes(change));
    return line(
      title,
      group.map((plugin) => `${plugin.name} ${versionOf(plugin)}${engineOf(plugin)}`),
    );
  });
  lines.push(
    ...line(
      'removed',
      removed.map(({ name, version }) => `${name} ${printable(version)}`),
    ),
  );
  for (const { name, version, reason } of refused) {
    lines.push(...line('refused', [`${name} ${printable(version)}, which ${printable(reason, 1_100)}`]));
  }
  return lines.length === 0 ? 'Nothing to do' : lines.join('\n');
}

function engineOf({ change, engine }: PlacedPlugin): string {
  return engine === undefined || change === 'kept' ? '' : ` (${engine})`;
}

function line(title: string, members: readonly string[]): readonly string[] {
  if (members.length === 0) return [];
  const more = members.length > SHOWN ? `, and ${members.length - SHOWN} more` : '';
  return [`${style('bold', title.padEnd(10), process.stdout)}${members.slice(0, SHOWN).join(', ')}${more}`];
}
