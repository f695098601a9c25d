import { type IndexSet, NONE, union } from './index-set.js';

/** Neighbours in the order of versions that are neighbours in the order of preference too. */
interface Run {
  /** Places in the ascending order, `[from, to)`. */
  readonly from: number;
  readonly to: number;
  /** Position of the one at `from`. */
  readonly position: number;
  /** 1: preference rises with the version's number; -1: it falls. */
  readonly step: 1 | -1;
}

/** How the order of versions and the order of preference of one name lie to each other. */
export interface VersionOrder<V> {
  readonly preferred: readonly V[];
  readonly ascending: readonly V[];
  readonly runs: readonly Run[];
}

/** Works the order out, from versions in the order of preference. Of equal versions the first counts. */
export function orderVersions<V>(given: readonly V[], compare: (a: V, b: V) => number): VersionOrder<V> {
  if (isNewestFirst(given, compare)) {
    const to = given.length;
    return { preferred: given, ascending: given.toReversed(), runs: [{ from: 0, to, position: to - 1, step: -1 }] };
  }
  const sorted = sort(given, compare);
  const twins = new Set<number>();
  for (const [at, [position, version]] of sorted.entries()) {
    const before = sorted[at - 1];
    if (before !== undefined && compare(before[1], version) === 0) twins.add(position);
  }
  if (twins.size > 0)
    return orderVersions(
      given.filter((_, position) => !twins.has(position)),
      compare,
    );
  const positions = sorted.map(([position]) => position);
  return { preferred: given, ascending: sorted.map(([, version]) => version), runs: runsOf(positions) };
}

/** The usual order, which needs no sorting. */
function isNewestFirst<V>(given: readonly V[], compare: (a: V, b: V) => number): boolean {
  for (let at = 1; at < given.length; at += 1) {
    // Within bounds, and V itself may include undefined.
    if (compare(given[at - 1] as V, given[at] as V) <= 0) return false;
  }
  return true;
}

function sort<V>(given: readonly V[], compare: (a: V, b: V) => number): readonly (readonly [number, V])[] {
  return [...given.entries()].sort(([i, a], [j, b]) => compare(a, b) || i - j);
}

/** The positions of versions that were found at these places among the ascending ones. */
export function toPositions<V>({ runs }: VersionOrder<V>, places: IndexSet): IndexSet {
  return translate(places, runs);
}

/** The places among the ascending versions of what stands at these positions. */
export function toPlaces<V>({ runs }: VersionOrder<V>, positions: IndexSet): IndexSet {
  return translate(positions, runs.map(inverse));
}

function inverse({ from, to, position, step }: Run): Run {
  const size = to - from;
  if (step === 1) return { from: position, to: position + size, position: from, step };
  return { from: position - size + 1, to: position + 1, position: to - 1, step };
}

function translate(set: IndexSet, runs: readonly Run[]): IndexSet {
  const pieces: [number, number][] = [];
  for (let at = 0; at < set.length; at += 2) {
    const first = set[at] ?? 0;
    const last = set[at + 1] ?? 0;
    for (const run of runs) {
      const from = Math.max(first, run.from) - run.from;
      const to = Math.min(last, run.to) - run.from;
      if (from >= to) continue;
      if (run.step === 1) pieces.push([run.position + from, run.position + to]);
      else pieces.push([run.position - to + 1, run.position - from + 1]);
    }
  }
  // A union joins neighbours.
  return union(pieces.sort(([a], [b]) => a - b).flat(), NONE);
}

function runsOf(positions: readonly number[]): readonly Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (let at = 1; at <= positions.length; at += 1) {
    const step = stepAt(positions, from + 1);
    if (at < positions.length && stepAt(positions, at) === step && step !== undefined) continue;
    runs.push({ from, to: at, position: positions[from] ?? 0, step: step ?? -1 });
    from = at;
  }
  return runs;
}

function stepAt(positions: readonly number[], at: number): 1 | -1 | undefined {
  const step = (positions[at] ?? Number.NaN) - (positions[at - 1] ?? Number.NaN);
  return step === 1 || step === -1 ? step : undefined;
}
