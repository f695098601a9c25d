import { printable } from '@agentmesh/errors';

const SHOWN = 10;

/** Names what differs in one plugin, a line a file, the first ten. */
export function renderDifferences(
  name: string,
  differences: readonly { readonly path: string; readonly kind: string }[],
): string {
  const lines = differences
    .slice(0, SHOWN)
    .map((difference) => `  ${printable(name)}/${printable(difference.path)}: ${difference.kind}`);
  const more = differences.length - SHOWN;
  return more > 0 ? [...lines, `  and ${more} more`].join('\n') : lines.join('\n');
}
