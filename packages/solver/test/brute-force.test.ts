import { checkProof, type Provider, solve } from '@agentmesh/solver';
import { describe, expect, it } from 'vitest';
import { allSolutions, findOlderThanNeeded, isValid } from './brute-force.js';
import { type Graph, providerOf } from './graph.js';
import { randomProblem } from './random-graph.js';

const GRAPHS = 2_000;

/** The same answers, each after a turn of the event loop. */
function asynchronous(provider: Provider<string>): Provider<string> {
  return {
    compare: provider.compare,
    versions: async (name) => provider.versions(name),
    dependencies: async (name, version) => provider.dependencies(name, version),
  };
}

function shown(names: Graph): string {
  return JSON.stringify(
    [...names].map(([name, versions]) => [
      name,
      [...versions].map(([v, needs]) => [v, 'unusable' in needs ? needs : needs.map((n) => `${n.name} ${n.versions}`)]),
    ]),
  );
}

describe(`on ${GRAPHS} random graphs, held against trying everything`, () => {
  it('answers alike, newest first, deterministically, and proves what it denies', async () => {
    let satisfiable = 0;
    for (let seed = 1; seed <= GRAPHS; seed += 1) {
      const { names, root } = randomProblem(seed);
      const solutions = allSolutions(names, root);
      for (const provider of [providerOf(names), asynchronous(providerOf(names))]) {
        const found = await solve(root, provider);
        const what = `seed ${seed}: ${shown(names)}`;
        expect(found.solved, what).toBe(solutions.length > 0);
        const again = await solve(root, provider);
        if (found.solved) {
          satisfiable += 1;
          expect(isValid(names, root, found.selected), what).toBe(true);
          expect(findOlderThanNeeded(solutions, found.selected), what).toBeUndefined();
          expect(again.solved && [...again.selected]).toEqual([...found.selected]);
        } else {
          expect(await checkProof(found.proof, { root, provider }), what).toBeUndefined();
          expect(again.solved || again.explain()).toBe(found.explain());
          expect(found.explain()).toMatch(/ (?:cannot be installed(?: together)?|nothing fits)\.$/);
        }
      }
    }
    // Neither answer may be rare, or the comparison shows little.
    expect(satisfiable).toBeGreaterThan(GRAPHS / 2);
    expect(satisfiable).toBeLessThan(2 * GRAPHS * 0.8);
  });
});
