import { formatIntervals } from './format-intervals.js';
import { isInside, mergeCuts, type Stretches } from './merge-cuts.js';
import type { VersionSet } from './version-set.js';

/** A border between two neighbouring versions. */
export interface Cut<V> {
  readonly version: V;
  /** Whether the version itself lies below the cut. */
  readonly above: boolean;
}

/** A set of versions made of intervals. */
export interface IntervalSet<V> extends VersionSet<V> {
  /** Whether the set begins without a lower bound. */
  readonly startsInside: boolean;
  /** Where it begins and ends, ascending; each cut changes from outside to inside or back. */
  readonly cuts: readonly Cut<V>[];
  select(ascending: readonly V[]): readonly number[];
}

/** Interval sets over one order of versions. */
export interface Intervals<V> {
  readonly any: IntervalSet<V>;
  readonly none: IntervalSet<V>;
  only(version: V): IntervalSet<V>;
  atLeast(version: V): IntervalSet<V>;
  above(version: V): IntervalSet<V>;
  atMost(version: V): IntervalSet<V>;
  below(version: V): IntervalSet<V>;
  intersect(a: IntervalSet<V>, b: IntervalSet<V>): IntervalSet<V>;
  union(a: IntervalSet<V>, b: IntervalSet<V>): IntervalSet<V>;
  complement(set: IntervalSet<V>): IntervalSet<V>;
  /** The same set, said otherwise. */
  named(set: IntervalSet<V>, text: string): IntervalSet<V>;
}

/** What {@link createIntervals} is told. */
export interface IntervalOptions<V> {
  /** A total order. */
  compare(a: V, b: V): number;
  /** How a version is written (default `String`). */
  format?(version: V): string;
}

/** Makes interval sets over an order of versions. */
export function createIntervals<V>({ compare, format = String }: IntervalOptions<V>): Intervals<V> {
  const make = (startsInside: boolean, cuts: readonly Cut<V>[], text?: string): IntervalSet<V> => {
    let shown = text;
    return {
      startsInside,
      cuts,
      has: (version) =>
        isInside(
          startsInside,
          placeOf(cuts, (cut) => !isBelow(version, cut, compare)),
        ),
      select: (ascending) => selectPairs({ startsInside, cuts }, ascending, compare),
      toString() {
        shown ??= formatIntervals({ startsInside, cuts }, { format, compare });
        return shown;
      },
    };
  };
  const combine = (a: IntervalSet<V>, b: IntervalSet<V>, rule: (inA: boolean, inB: boolean) => boolean) =>
    make(rule(a.startsInside, b.startsInside), mergeCuts({ a, b, rule }, compare));
  const cut = (version: V, above: boolean): Cut<V> => ({ version, above });
  return {
    any: make(true, []),
    none: make(false, []),
    only: (version) => make(false, [cut(version, false), cut(version, true)]),
    atLeast: (version) => make(false, [cut(version, false)]),
    above: (version) => make(false, [cut(version, true)]),
    atMost: (version) => make(true, [cut(version, true)]),
    below: (version) => make(true, [cut(version, false)]),
    intersect: (a, b) => combine(a, b, (inA, inB) => inA && inB),
    union: (a, b) => combine(a, b, (inA, inB) => inA || inB),
    complement: ({ startsInside, cuts }) => make(!startsInside, cuts),
    named: ({ startsInside, cuts }, text) => make(startsInside, cuts, text),
  };
}

function isBelow<V>(version: V, cut: Cut<V>, compare: (a: V, b: V) => number): boolean {
  const order = compare(version, cut.version);
  return order < 0 || (order === 0 && cut.above);
}

/** How many leading items the condition holds for; it holds for no item after one that it fails for. */
function placeOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    // Within bounds; T itself may include undefined.
    if (holds(items[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function selectPairs<V>(
  { startsInside, cuts }: Stretches<V>,
  ascending: readonly V[],
  compare: (a: V, b: V) => number,
): readonly number[] {
  const borders = cuts.map((cut) => placeOf(ascending, (version) => isBelow(version, cut, compare)));
  const ends = [...(startsInside ? [0] : []), ...borders];
  if (ends.length % 2 === 1) ends.push(ascending.length);
  const pairs: number[] = [];
  for (let at = 0; at < ends.length; at += 2) {
    const from = ends[at] ?? 0;
    const to = ends[at + 1] ?? 0;
    if (from === to) continue;
    // Nothing may lie between two intervals.
    if (pairs.at(-1) === from) pairs.pop();
    else pairs.push(from);
    pairs.push(to);
  }
  return pairs;
}
