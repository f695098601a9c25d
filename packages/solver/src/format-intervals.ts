import type { Cut, IntervalSet } from './intervals.js';

/** Words for versions. */
interface Words<V> {
  format(version: V): string;
  compare(a: V, b: V): number;
}

/** `>=1.0.0,<2.0.0`, `==1.0.0`, `!=1.0.0`; several joined by "or"; `none` for the empty set and nothing for any version. */
export function formatIntervals<V>(
  { startsInside, cuts }: Pick<IntervalSet<V>, 'startsInside' | 'cuts'>,
  words: Words<V>,
): string {
  if (cuts.length === 0) return startsInside ? '' : 'none';
  const holes = startsInside && cuts.length % 2 === 0 ? formatHoles(cuts, words) : undefined;
  if (holes !== undefined) return holes;
  const ends = [...(startsInside ? [undefined] : []), ...cuts];
  const texts: string[] = [];
  for (let at = 0; at < ends.length; at += 2) texts.push(formatInterval(ends[at], ends[at + 1], words));
  return texts.join(' or ');
}

function formatInterval<V>(from: Cut<V> | undefined, to: Cut<V> | undefined, { format, compare }: Words<V>): string {
  const parts: string[] = [];
  if (from !== undefined && to !== undefined && isOne(from, to, compare)) return `==${format(from.version)}`;
  if (from !== undefined) parts.push(`${from.above ? '>' : '>='}${format(from.version)}`);
  if (to !== undefined) parts.push(`${to.above ? '<=' : '<'}${format(to.version)}`);
  return parts.join(',');
}

/** All but single versions. */
function formatHoles<V>(cuts: readonly Cut<V>[], { format, compare }: Words<V>): string | undefined {
  const holes: string[] = [];
  for (let at = 0; at < cuts.length; at += 2) {
    const from = cuts[at];
    const to = cuts[at + 1];
    if (from === undefined || to === undefined || !isOne(from, to, compare)) return undefined;
    holes.push(`!=${format(from.version)}`);
  }
  return holes.join(',');
}

function isOne<V>(from: Cut<V>, to: Cut<V>, compare: (a: V, b: V) => number): boolean {
  return compare(from.version, to.version) === 0 && !from.above && to.above;
}
