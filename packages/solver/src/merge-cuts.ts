import type { Cut, IntervalSet } from './intervals.js';

/** What an interval set consists of. */
export type Stretches<V> = Pick<IntervalSet<V>, 'startsInside' | 'cuts'>;

/** Two sets, and when a version belongs to the combined one. */
interface Merge<V> {
  readonly a: Stretches<V>;
  readonly b: Stretches<V>;
  rule(inA: boolean, inB: boolean): boolean;
}

/** Whether the inside lies above so many cuts. */
export function isInside(startsInside: boolean, cutsBelow: number): boolean {
  return startsInside === (cutsBelow % 2 === 0);
}

/** The cuts of a combined set, in one pass over both. */
export function mergeCuts<V>({ a, b, rule }: Merge<V>, compare: (a: V, b: V) => number): readonly Cut<V>[] {
  const cuts: Cut<V>[] = [];
  let i = 0;
  let j = 0;
  let inside = rule(a.startsInside, b.startsInside);
  for (
    let next = first(a.cuts[i], b.cuts[j], compare);
    next !== undefined;
    next = first(a.cuts[i], b.cuts[j], compare)
  ) {
    if (a.cuts[i] !== undefined && compareCuts(a.cuts[i] ?? next, next, compare) === 0) i += 1;
    if (b.cuts[j] !== undefined && compareCuts(b.cuts[j] ?? next, next, compare) === 0) j += 1;
    const now = rule(isInside(a.startsInside, i), isInside(b.startsInside, j));
    if (now !== inside) cuts.push(next);
    inside = now;
  }
  return cuts;
}

function first<V>(a: Cut<V> | undefined, b: Cut<V> | undefined, compare: (a: V, b: V) => number): Cut<V> | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareCuts(a, b, compare) <= 0 ? a : b;
}

function compareCuts<V>(a: Cut<V>, b: Cut<V>, compare: (a: V, b: V) => number): number {
  return compare(a.version, b.version) || Number(a.above) - Number(b.above);
}
