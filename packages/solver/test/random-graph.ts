import type { Needs, RootRequirement } from '@agentmesh/solver';
import { type Graph, need } from './graph.js';

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

export interface Problem {
  readonly names: Graph;
  readonly root: readonly RootRequirement<string>[];
}

/** A small graph: up to six names, four versions each; some versions cannot be used, some needs name what is not there. */
export function randomProblem(seed: number): Problem {
  const random = randomNumbers(seed);
  const known = ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, 2 + random(5));
  const density = 1 + random(3);
  const names = new Map<string, Map<string, Needs<string>>>();
  for (const name of known) {
    const versions = new Map<string, Needs<string>>();
    for (let major = 1; major <= 1 + random(4); major += 1) {
      const needs = Array.from({ length: random(density + 1) }, () => randomNeed(random, known));
      versions.set(`${major}.0.0`, random(12) === 0 ? { unusable: 'is yanked' } : needs);
    }
    names.set(name, versions);
  }
  return { names, root: Array.from({ length: 1 + random(3) }, () => randomNeed(random, known)) };
}

function randomNeed(random: (below: number) => number, known: readonly string[]): RootRequirement<string> {
  const name = random(40) === 0 ? 'ghost' : (known[random(known.length)] ?? 'ghost');
  const version = `${1 + random(4)}.0.0`;
  const forms = ['', `>=${version}`, `<${version}`, `<=${version}`, version, `!=${version}`, `${version} || 1.0.0`];
  return need(`${name} ${forms[random(forms.length)]}`);
}
