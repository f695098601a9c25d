import { isMarketplaceError } from '@agentmesh/errors';
import { satisfies } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import type { Candidate, SelectionProblem } from '../src/dependencies/candidate.js';
import { selectPlugins } from '../src/dependencies/select-plugins.js';
import { candidate, type Listed, problemOf, shown } from './selection-problem.js';
import { createWorkshop, failure } from './workshop.js';

const PROBLEMS = 2_000;

type Chosen = ReadonlyMap<string, Candidate>;

/** Numbers below a bound, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

interface Random {
  readonly lines: readonly string[];
  readonly registry: Listed;
  readonly problem: SelectionProblem<Candidate>;
}

/** A small registry, one or two targets, and some of the rest installed in a state that held together. */
function randomProblem(seed: number): Random {
  const random = randomNumbers(seed);
  const names = ['a', 'b', 'c', 'd', 'e'].slice(0, 3 + random(3));
  const lines = names.flatMap((name) =>
    Array.from({ length: 1 + random(3) }, (_, at) => {
      const needs = Array.from({ length: random(3) }, () => randomNeed(random, names)).join('; ');
      return `${name} ${at + 1}.0.0${random(15) === 0 ? '! is yanked | ' : ': '}${needs}`;
    }),
  );
  const candidates = lines.map(candidate);
  const registry = new Map(names.map((name) => [name, candidates.filter((one) => one.name === name).reverse()]));
  const asked = names
    .slice(0, 1 + random(2))
    .map((name) => `${name} ${random(3) === 0 ? `<=${1 + random(3)}.0.0` : ''}`);
  const states =
    random(4) === 0
      ? []
      : allChoices(names, (name) => registry.get(name) ?? []).filter(
          (state) => holds(state) && !hasCircle(state, new Set(state.keys())),
        );
  const state = states[random(states.length)] ?? new Map<string, Candidate>();
  // What is installed stays usable when it is yanked later.
  const installed = new Map(
    [...state].map(([name, { version, dependencies }]) => [name, { name, version, dependencies }] as const),
  );
  return { lines, registry, problem: problemOf(registry, asked, { installed }) };
}

function randomNeed(random: (below: number) => number, names: readonly string[]): string {
  const version = `${1 + random(3)}.0.0`;
  return `${names[random(names.length)]}${['', `>=${version}`, `<=${version}`, `==${version}`][random(4)]}`;
}

function allChoices(names: readonly string[], choicesOf: (name: string) => readonly Candidate[]): readonly Chosen[] {
  return names.reduce<readonly Chosen[]>(
    (found, name) => found.flatMap((one) => [one, ...choicesOf(name).map((choice) => new Map(one).set(name, choice))]),
    [new Map()],
  );
}

/** Whether every need of everything holds. */
function holds(chosen: Chosen): boolean {
  return [...chosen.values()].every(({ dependencies }) =>
    dependencies.every(({ name, range }) => {
      const version = chosen.get(name)?.version;
      return version !== undefined && satisfies(version, range);
    }),
  );
}

function reached(chosen: Chosen, from: readonly string[]): ReadonlySet<string> {
  const found = new Set(from);
  for (const name of found) for (const dependency of chosen.get(name)?.dependencies ?? []) found.add(dependency.name);
  return found;
}

function hasCircle(chosen: Chosen, names: ReadonlySet<string>): boolean {
  return [...names].some((name) => {
    const needs = (chosen.get(name)?.dependencies ?? []).map((dependency) => dependency.name);
    return reached(chosen, needs).has(name);
  });
}

/** Whether the state after the install is one that the answer may lead to. */
function isAllowed(after: Chosen, { root, installed }: SelectionProblem<Candidate>): boolean {
  const targets = [root].flat();
  const names = reached(
    after,
    targets.map(({ name }) => name),
  );
  const asked = targets.every(({ name, range = '' }) => {
    const version = after.get(name)?.version;
    return version !== undefined && satisfies(version, range);
  });
  const usable = [...after.values()].every(({ refusal }) => refusal === undefined);
  const others = [...after].every(([name, one]) => names.has(name) || installed.get(name) === one);
  const kept = [...installed.keys()].every((name) => after.has(name));
  return asked && usable && others && kept && holds(after) && !hasCircle(after, names);
}

/** A registry takes no plugin that needs itself, or another twice. */
function isPublishable({ lines }: Random): boolean {
  return lines.map(candidate).every(({ name, dependencies }) => {
    const names = dependencies.map((dependency) => dependency.name);
    return !names.includes(name) && new Set(names).size === names.length;
  });
}

async function answer(problem: SelectionProblem<Candidate>): Promise<Chosen | string> {
  try {
    return await selectPlugins(problem);
  } catch (error) {
    if (isMarketplaceError(error)) return error.message;
    throw error;
  }
}

/** Every state that the answer could lead to. */
function allowedStates({ registry, problem }: Random): readonly Chosen[] {
  const targets = new Set([problem.root].flat().map(({ name }) => name));
  const choicesOf = (name: string): readonly Candidate[] => {
    const there = registry.get(name) ?? [];
    const kept = problem.installed.get(name);
    if (kept === undefined || targets.has(name)) return there;
    return [kept, ...there.filter(({ version }) => version !== kept.version)];
  };
  return allChoices([...registry.keys()], choicesOf).filter((one) => isAllowed(one, problem));
}

describe(`on ${PROBLEMS} random workspaces and registries, held against trying everything`, () => {
  it('answers only what is allowed, the newest of what was asked for first, and refuses only where nothing is', async () => {
    let refused = 0;
    for (let seed = 1; seed <= PROBLEMS; seed += 1) {
      const random = randomProblem(seed);
      const { lines, problem } = random;
      const what = `seed ${seed}: ${lines.join(' | ')}, installed ${shown(problem.installed)}`;
      const found = await answer(problem);
      const allowed = allowedStates(random);
      if (typeof found === 'string') {
        refused += 1;
        expect(allowed.map(shown), `${what}: ${found}`).toEqual([]);
        continue;
      }
      const after = new Map([...problem.installed, ...found]);
      expect(isAllowed(after, problem), what).toBe(true);
      const [first = ''] = found.keys();
      const newest = Math.max(...allowed.map((one) => Number.parseInt(one.get(first)?.version ?? '', 10)));
      expect(found.get(first)?.version, what).toBe(`${newest}.0.0`);
      expect(shown(await selectPlugins(problem))).toEqual(shown(found));
    }
    // Neither answer may be rare, or the comparison shows little.
    expect(refused).toBeGreaterThan(PROBLEMS * 0.1);
    expect(refused).toBeLessThan(PROBLEMS * 0.9);
  });

  it('installs over a registry what it answers without one, and says the same where it refuses', async () => {
    const publishable = Array.from({ length: 600 }, (_, seed) => randomProblem(seed)).filter(isPublishable);
    expect(publishable.length).toBeGreaterThan(40);
    for (const { lines, registry } of publishable.slice(0, 40)) {
      const shop = await createWorkshop();
      for (const { name, version, dependencies, refusal } of lines.map(candidate)) {
        await shop.register({ name, version, dependencies: dependencies.map((one) => `${one.name}${one.range}`) });
        if (refusal !== undefined) await shop.registry.yank(name, version, { reason: 'broken' });
      }
      const expected = await answer(problemOf(registry, ['a']));
      const installer = shop.installer();
      if (typeof expected === 'string') {
        const { message } = await failure(installer.install('a'));
        expect(message.replaceAll('is yanked: broken', 'is yanked'), lines.join(' | ')).toBe(expected);
        expect(await installer.listInstalled()).toEqual([]);
      } else {
        await installer.install('a');
        const after = (await installer.listInstalled()).map(({ name, version }) => `${name} ${version}`);
        expect(after, lines.join(' | ')).toEqual([...shown(expected)].sort());
      }
    }
  });
});
