import { createIntervals, type IntervalSet } from '@agentmesh/solver';

/** Versions and ranges as RubyGems orders and reads them, as far as the shared cases need it. */
const SETS = createIntervals<string>({ compare: compareGems });

/** Segment by segment; letters come before numbers and mark what comes before a release. */
export function compareGems(a: string, b: string): number {
  const left = segments(a);
  const right = segments(b);
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const x = left[at] ?? 0;
    const y = right[at] ?? 0;
    if (x === y) continue;
    if (typeof x === typeof y) return x < y ? -1 : 1;
    return typeof x === 'string' ? -1 : 1;
  }
  return 0;
}

export function isPrerelease(version: string): boolean {
  return /[a-z]/i.test(version);
}

/** `~> 1.2.0, != 1.2.5`; a bare version means exactly it, nothing any version. Prereleases only where the range names one. */
export function gemRange(text: string): IntervalSet<string> {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter((part) => part !== '').reduce((set, part) => SETS.intersect(set, comparator(part)), SETS.any);
}

function comparator(text: string): IntervalSet<string> {
  const [, operator = '', version = ''] = /^(~>|>=|<=|!=|>|<|=|) *(\S+)$/.exec(text) ?? [];
  switch (operator) {
    case '~>':
      return SETS.intersect(SETS.atLeast(version), SETS.below(bump(version)));
    case '>=':
      return SETS.atLeast(version);
    case '<=':
      return SETS.atMost(version);
    case '!=':
      return SETS.complement(SETS.only(version));
    case '>':
      return SETS.above(version);
    case '<':
      return SETS.below(version);
    default:
      return SETS.only(version);
  }
}

/** `~> 1.2.3` ends where 1.3 begins. */
function bump(version: string): string {
  const numbers = segments(version).filter((segment) => typeof segment === 'number');
  const kept = segments(version).findIndex((segment) => typeof segment === 'string');
  const release = kept === -1 ? numbers : numbers.slice(0, kept);
  const head = release.length > 1 ? release.slice(0, -1) : release;
  return [...head.slice(0, -1), Number(head.at(-1)) + 1].join('.');
}

function segments(version: string): readonly (number | string)[] {
  const parts = version.replaceAll('-', '.pre.').match(/[0-9]+|[a-z]+/gi) ?? [];
  return parts.map((part) => (/^[0-9]/.test(part) ? Number(part) : part));
}
