import { createIntervals, type IntervalSet, type Needs, type Provider, type RootRequirement } from '@agentmesh/solver';

/** A need of versions from the first number up to, but without, the second. */
type PlainNeed = readonly [name: string, from: number, before: number];

/** A graph whose versions are whole numbers, as JSON can carry it to another program. */
export interface PlainGraph {
  /** By name, the needs of versions 0, 1, 2 …. */
  readonly names: Readonly<Record<string, readonly (readonly PlainNeed[])[]>>;
  readonly root: readonly PlainNeed[];
}

/** A graph as the solver is asked. */
export interface Question {
  readonly root: readonly RootRequirement<number>[];
  readonly provider: Provider<number>;
}

const SETS = createIntervals<number>({ compare: (a, b) => a - b });

/** 1,000 plugins of 20 versions; each version needs up to five plugins that come later, in ranges that mostly fit. */
export function thousandPlugins(): PlainGraph {
  const random = numbers(7);
  const names: Record<string, PlainNeed[][]> = {};
  for (let at = 0; at < 1_000; at += 1) {
    names[`p${at}`] = versions(20, (version) => {
      const needs = Array.from({ length: random(6) }, (): PlainNeed => {
        const from = Math.max(0, version - 8 + random(4));
        return [`p${Math.min(999, at + 1 + random(40))}`, from, from + 8 + random(20)];
      });
      return needs.filter(([name]) => name !== `p${at}`);
    });
  }
  return { names, root: Object.keys(names).map((name): PlainNeed => [name, 0, 20]) };
}

/** 10,000 versions of one plugin, each in need of its own version of a second one, all but the oldest of which lead nowhere. */
export function tenThousandVersions(): PlainGraph {
  return {
    names: {
      a: versions(10_000, (version) => [['b', version, version + 1]]),
      b: versions(10_000, (version) => [['c', version, version + 1]]),
      c: [[]],
    },
    root: [
      ['a', 0, 10_000],
      ['c', 0, 1],
    ],
  };
}

/** `size` plugins of `size` versions: each version needs the same version of the next plugin, and the last there is none of. */
export function ladder(size = 100): PlainGraph {
  const names: Record<string, PlainNeed[][]> = {};
  for (let at = 0; at < size; at += 1) {
    names[`p${at}`] = versions(size, (version) => [[`p${at + 1}`, version, version + 1]]);
  }
  return { names: { ...names, [`p${size}`]: [] }, root: [['p0', 0, size]] };
}

/**
 * `size` plugins of `size` versions, each of which lets the next be as new or one older, and one more plugin that new versions want
 * old and the end of the chain wants new.
 */
export function drift(size = 100): PlainGraph {
  const names: Record<string, PlainNeed[][]> = {};
  for (let at = 0; at < size; at += 1) {
    names[`p${at}`] = versions(size, (version) => [
      [`p${at + 1}`, version - 1, version + 1],
      ['last', 0, size - version],
    ]);
  }
  const end = versions(size, () => [['last', 0.6 * size, size]]);
  return { names: { ...names, [`p${size}`]: end, last: versions(size, () => []) }, root: [['p0', 0, size]] };
}

/** Asks the solver, newest versions first, with all needs at hand. */
export function toQuestion({ names, root }: PlainGraph): Question {
  const sets = new Map<string, IntervalSet<number>>();
  const toNeed = ([name, from, before]: PlainNeed): RootRequirement<number> => {
    const key = `${from} ${before}`;
    const known = sets.get(key) ?? SETS.intersect(SETS.atLeast(from), SETS.below(before));
    sets.set(key, known);
    return { name, versions: known };
  };
  const needs = new Map(Object.entries(names).map(([name, list]) => [name, list.map((one) => one.map(toNeed))]));
  const peek = (name: string, version: number): Needs<number> => needs.get(name)?.[version] ?? [];
  return {
    root: root.map(toNeed),
    provider: {
      compare: (a, b) => a - b,
      versions: (name) => [...(needs.get(name)?.keys() ?? [])].reverse(),
      dependencies: peek,
      peek,
    },
  };
}

function versions(count: number, needsOf: (version: number) => PlainNeed[]): PlainNeed[][] {
  return Array.from({ length: count }, (_, version) => needsOf(version));
}

/** Numbers below a bound, the same at every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
