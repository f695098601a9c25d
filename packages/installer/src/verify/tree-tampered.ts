import { MarketplaceError, printable } from '@agentmesh/errors';
import type { InstalledDifference } from './verification-report.js';

const NAMED = 10;

/** `TREE_TAMPERED`: an installed plugin that is not what was installed. Names the first ten files. */
export function treeTampered(
  name: string,
  differences: readonly InstalledDifference[],
  hint?: string,
): MarketplaceError {
  const lines = differences.slice(0, NAMED).map(({ path, kind, detail }) => {
    return `\n  ${printable(path)}: ${detail === undefined ? kind : printable(detail)}`;
  });
  const more = differences.length > NAMED ? `\n  and ${differences.length - NAMED} more` : '';
  return new MarketplaceError(`${printable(name)} is not what was installed:${lines.join('')}${more}`, {
    code: 'TREE_TAMPERED',
    hint: hint ?? `Install ${printable(name)} again, which heals it, and find out who changed it.`,
  });
}
