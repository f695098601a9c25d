import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Combination, checkProof, type Provider, type Requirement, solve } from '@agentmesh/solver';
import { describe, expect, it } from 'vitest';
import { compareGems, gemRange, isPrerelease } from './gem-versions.js';

const SPECS = fileURLToPath(new URL('../../../../shared/vectors/resolver-specs/', import.meta.url));

interface Gem {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>> | readonly never[];
}

interface Tree {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly Tree[];
}

interface Case {
  readonly name: string;
  readonly index?: string;
  readonly requested: Readonly<Record<string, string>>;
  readonly base: readonly Tree[];
  readonly resolved: readonly Tree[];
  readonly conflicts: readonly string[];
}

type Index = Readonly<Record<string, readonly Gem[]>>;

// The shapes are those of the public suite, which the tests only read.
const read = (path: string): unknown => JSON.parse(readFileSync(`${SPECS}${path}.json`, 'utf8'));

/** A gem's requirement; a prerelease meets it only where it names one. */
function gemNeed(name: string, range: string): Requirement<string> {
  const set = gemRange(range);
  const prereleases = isPrerelease(range);
  return {
    name,
    versions: { has: (version) => set.has(version) && (prereleases || !isPrerelease(version)), toString: () => range },
  };
}

function gemNeeds({ dependencies }: Gem): readonly Requirement<string>[] {
  return Object.entries(dependencies).map(([name, range]) => gemNeed(name, range));
}

/** The newest first, but what is locked before anything else. */
function gemProvider(index: Index, base: readonly Tree[]): Provider<string> {
  const needs = new Map(
    Object.values(index)
      .flat()
      .map((gem) => [`${gem.name} ${gem.version}`, gemNeeds(gem)]),
  );
  const locked = flatten(base);
  const peek = (name: string, version: string): readonly Requirement<string>[] => needs.get(`${name} ${version}`) ?? [];
  return {
    compare: compareGems,
    versions: (name) => {
      const newestFirst = (index[name] ?? []).map(({ version }) => version).sort((a, b) => compareGems(b, a));
      const kept = newestFirst.filter((version) => version === locked[name]);
      return [...kept, ...newestFirst.filter((version) => version !== locked[name])];
    },
    dependencies: peek,
    peek,
  };
}

function flatten(trees: readonly Tree[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name, version, dependencies } of trees) Object.assign(found, { [name]: version }, flatten(dependencies));
  return found;
}

/** The suite refuses circles; the solver lets them be, and is told which one not to pick again. */
function findCircle(provider: Provider<string>, selected: ReadonlyMap<string, string>): readonly string[] | undefined {
  const walk = (way: readonly string[]): readonly string[] | undefined => {
    const name = way.at(-1) ?? '';
    const needs = provider.peek?.(name, selected.get(name) ?? '') ?? [];
    for (const next of 'unusable' in needs ? [] : needs) {
      if (way.includes(next.name)) return way.slice(way.indexOf(next.name));
      const circle = walk([...way, next.name]);
      if (circle !== undefined) return circle;
    }
    return undefined;
  };
  for (const name of selected.keys()) {
    const circle = walk([name]);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

describe.skipIf(!existsSync(SPECS))('the cases of the public resolver suite', () => {
  const cases = existsSync(SPECS) ? readdirSync(`${SPECS}case`).map((file) => `case/${file.replace('.json', '')}`) : [];

  it('are all there', () => expect(cases).toHaveLength(14));

  it.each(cases)('%s', async (path) => {
    const { index = 'awesome', requested, base, resolved, conflicts } = read(path) as Case;
    const provider = gemProvider(read(`index/${index}`) as Index, base);
    const root = Object.entries(requested).map(([name, range]) => gemNeed(name, range));
    const forbidden: Combination<string>[] = [];
    let found = await solve(root, provider);
    for (let circle = found.solved && findCircle(provider, found.selected); circle; ) {
      const selected: ReadonlyMap<string, string> = found.solved ? found.selected : new Map();
      const of = circle.map((name) => gemNeed(name, selected.get(name) ?? ''));
      forbidden.push({ of, reason: `${circle.join(' and ')} need each other` });
      found = await solve(root, provider, { forbidden });
      circle = found.solved && findCircle(provider, found.selected);
    }
    if (conflicts.length === 0) {
      if (!found.solved) throw new Error(found.explain());
      const expected = flatten(resolved);
      expect([...found.selected.keys()].sort()).toEqual(Object.keys(expected).sort());
      // The suite writes 10.26.0 for what its index calls 10.26.
      for (const [name, version] of found.selected) expect(compareGems(version, expected[name] ?? '')).toBe(0);
      return;
    }
    if (found.solved) throw new Error(`Expected a conflict between ${conflicts}`);
    expect(await checkProof(found.proof, { root, provider, forbidden })).toBeUndefined();
    for (const name of conflicts) expect(found.explain()).toContain(name);
  });
});
