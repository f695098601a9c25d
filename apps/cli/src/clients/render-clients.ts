import { printable } from '@agentmesh/errors';
import type { ClientRow } from './client-row.js';

/** What became of plugins in clients, a line for each thing that changed or stayed against the wish; '' for nothing. */
export function renderClients(rows: readonly ClientRow[], dryRun: boolean): string {
  return rows.flatMap((row) => renderRow(row, dryRun)).join('\n');
}

function renderRow({ plugin, client, scope, written, removed, kept }: ClientRow, dryRun: boolean): readonly string[] {
  const where = scope === 'user' ? `${client} (yours)` : client;
  const lines: string[] = [];
  if (written.length > 0) {
    const things = written.map(({ kind, path, name }) => placeOf(kind, path, name));
    lines.push(`${dryRun ? 'would bring' : 'brought'} ${plugin} into ${where}: ${things.join(', ')}`);
  }
  if (removed.length > 0) {
    const things = removed.map(({ kind, path, name }) => placeOf(kind, path, name));
    lines.push(`${dryRun ? 'would take' : 'took'} ${plugin} out of ${where}: ${things.join(', ')}`);
  }
  for (const { kind, path, name, message } of kept) {
    lines.push(`kept ${placeOf(kind, path, name)} of ${plugin} in ${where}: ${printable(message, 500)}`);
  }
  return lines;
}

/** One thing in words: `skill .claude/skills/x`, `server x in .mcp.json`. */
function placeOf(kind: string, path: string, name: string): string {
  if (path === '') return `${kind} ${printable(name)}`;
  return name === '' ? `${kind} ${printable(path, 500)}` : `${kind} ${printable(name)} in ${printable(path, 500)}`;
}
