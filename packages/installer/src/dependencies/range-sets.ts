import { MarketplaceError, printable } from '@agentmesh/errors';
import { type Comparator, compareVersions, isVersion, parseRange } from '@agentmesh/manifest';
import { createIntervals, type IntervalSet, type Intervals } from '@agentmesh/solver';

/** Versions with missing groups as zero, as ranges compare them (formats.md). */
const SETS: Intervals<string> = createIntervals({ compare: (a, b) => compareVersions(filled(a), filled(b)) });

/**
 * The set of versions that meet a range: the same ones that `satisfies` lets pass.
 *
 * @param range comma-separated comparators, empty for any version; or a version, which means exactly it
 * @throws MarketplaceError `RANGE_INVALID`
 */
export function rangeSet(range: string): IntervalSet<string> {
  const text = isVersion(range) ? `==${range}` : range;
  const comparators = parseRange(text);
  if (typeof comparators === 'string') {
    throw new MarketplaceError(`"${printable(range)}" is no version range: ${printable(comparators)}`, {
      code: 'RANGE_INVALID',
      hint: 'Write comma-separated comparators: >=1.0.0,<2.0.0',
    });
  }
  const set = comparators.map(toSet).reduce(SETS.intersect, SETS.any);
  return SETS.named(set, comparators.map(({ operator, version }) => operator + version).join(','));
}

function toSet({ operator, version }: Comparator): IntervalSet<string> {
  switch (operator) {
    case '==':
      return SETS.only(version);
    case '!=':
      return SETS.complement(SETS.only(version));
    case '>=':
      return SETS.atLeast(version);
    case '<=':
      return SETS.atMost(version);
    case '>':
      return SETS.above(version);
    case '<':
      return SETS.below(version);
    case '~=':
      return SETS.intersect(SETS.atLeast(version), SETS.below(afterPrefix(version)));
  }
}

/** `~=1.4.2` ends before 1.5 (PEP 440). */
function afterPrefix(version: string): string {
  const prefix = version.split('.').slice(0, -1);
  const last = BigInt(prefix.pop() ?? 0) + 1n;
  return [...prefix, last].join('.');
}

function filled(version: string): string {
  return [...version.split('.'), '0', '0'].slice(0, 3).join('.');
}
