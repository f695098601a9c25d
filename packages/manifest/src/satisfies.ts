import { MarketplaceError, printable } from '@agentmesh/errors';
import { compareGroups } from './compare-groups.js';
import { loadSemverCompare } from './load-library.js';
import { type Comparator, parseRange } from './parse-range.js';

/** The largest number that semver reads has 16 digits; up to 15 it is exact. */
const SEMVER_DIGITS = 15;

/**
 * True when the version meets every comparator of the range; missing groups count as zero, so `<2.0.0` excludes `2.0`.
 * `~=1.4` is `>=1.4,<2.0` and `~=1.4.2` is `>=1.4.2,<1.5.0` (PEP 440, compatible release).
 *
 * @param range comma-separated `== != >= <= > < ~=`; empty for any version
 * @throws MarketplaceError `RANGE_INVALID`, `VERSION_INVALID`
 */
export function satisfies(version: string, range: string): boolean {
  if (!/^[0-9]+(?:\.[0-9]+){0,2}$/.test(version)) {
    throw new MarketplaceError(`Expected a version such as 1.2.3, got "${printable(version)}"`, {
      code: 'VERSION_INVALID',
      hint: 'A version is two or three numbers with dots between them.',
    });
  }
  const comparators = parseRange(range);
  if (typeof comparators !== 'string') return comparators.every((comparator) => meets(version, comparator));
  throw new MarketplaceError(`"${printable(range)}" is no version range: ${printable(comparators)}`, {
    code: 'RANGE_INVALID',
    hint: 'Write comma-separated comparators: >=1.0.0,<2.0.0',
  });
}

function meets(version: string, comparator: Comparator): boolean {
  const order = compareAsSemver(version, comparator.version);
  switch (comparator.operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    case '~=':
      return order >= 0 && hasPrefix(version, comparator.version.split('.').slice(0, -1));
  }
}

/** semver knows neither short versions nor leading zeros, and stops at 2^53: the first two are filled in, the last is compared here. */
function compareAsSemver(a: string, b: string): number {
  const left = fill(a);
  const right = fill(b);
  if ([...left, ...right].some((group) => group.length > SEMVER_DIGITS)) return compareGroups(left, right);
  return loadSemverCompare()(left.join('.'), right.join('.'));
}

function fill(version: string): readonly string[] {
  const groups = version.split('.').map((group) => group.replace(/^0+(?=[0-9])/, ''));
  return [...groups, '0', '0'].slice(0, 3);
}

function hasPrefix(version: string, prefix: readonly string[]): boolean {
  return compareGroups(version.split('.').slice(0, prefix.length), prefix) === 0;
}
