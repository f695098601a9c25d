import { MarketplaceError, printable } from '@agentmesh/errors';
import { parseRange } from './parse-range.js';
import { isPluginName } from './plugin-name.js';

/** What a plugin asks of another. */
export interface Dependency {
  readonly name: string;
  /** Comma-separated comparators without blanks; empty for any version. */
  readonly range: string;
}

/** A dependency and the version it is pinned to by `==`, if it is. */
export interface ParsedDependency extends Dependency {
  readonly pinned: string | null;
}

/**
 * Parses an item of `dependencies` by the publishing rule of formats.md: a plugin's name, then comma-separated comparators
 * (`base>=1.0.0,<2.0.0`). Extras, markers, URLs, `===` and `*` of PEP 508 are refused: nothing here could honour them.
 *
 * @throws MarketplaceError `DEPENDENCY_INVALID`
 */
export function parseDependency(spec: string): ParsedDependency {
  const [, name = '', , rest = ''] = /^([A-Za-z0-9_-]+)( *)(.*)$/s.exec(spec.trim()) ?? [];
  if (!isPluginName(name)) throw invalid(spec, 'expected a plugin name first');
  const comparators = parseRange(rest);
  if (typeof comparators === 'string') throw invalid(spec, comparators);
  return {
    name,
    range: comparators.map(({ operator, version }) => operator + version).join(','),
    pinned: comparators.find(({ operator }) => operator === '==')?.version ?? null,
  };
}

function invalid(spec: string, reason: string): MarketplaceError {
  return new MarketplaceError(`"${printable(spec)}" is no dependency: ${printable(reason)}`, {
    code: 'DEPENDENCY_INVALID',
    hint: 'Write a name and comma-separated comparators: base>=1.0.0,<2.0.0',
  });
}
