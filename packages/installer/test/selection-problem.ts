import { type Dependency, parseDependency } from '@agentmesh/manifest';
import type { Candidate, Offer, SelectionProblem } from '../src/dependencies/candidate.js';

/** A registry without files: versions by name. */
export type Listed = ReadonlyMap<string, readonly Candidate[]>;

/**
 * Reads lines `a 1.0.0: b>=1.0.0; c`, newest first in the answer; `a 1.0.0! is yanked` may not be picked, `a 1.0.0~ is deprecated` only
 * as a last resort, `a 1.0.0~ is deprecated | b` needs something as well.
 */
export function listed(...lines: readonly string[]): Listed {
  const candidates = lines.map(candidate);
  const names = new Set(candidates.map(({ name }) => name));
  return new Map([...names].map((name) => [name, candidates.filter((one) => one.name === name).reverse()]));
}

export function candidate(line: string): Candidate {
  const [, name = '', version = '', sign, text = ''] = /^(\S+) ([0-9.]+)(?:([:!~]) ?(.*))?$/.exec(line) ?? [];
  const [reason = '', rest = ''] = sign === ':' ? ['', text] : text.split(' | ');
  const dependencies: readonly Dependency[] = rest
    .split('; ')
    .filter((spec) => spec !== '')
    .map(parseDependency);
  if (sign === '!') return { name, version, dependencies, refusal: { reason } };
  return { name, version, dependencies, ...(sign === '~' ? { lastResort: reason } : {}) };
}

/** What asking for some names means: `a`, `a ==1.0.0`. */
export function problemOf(
  registry: Listed,
  asked: readonly string[],
  rest: Partial<SelectionProblem<Candidate>> = {},
): SelectionProblem<Candidate> {
  const root = asked.map((text) => {
    const [name = '', range = ''] = text.split(' ');
    return { name, range, candidates: registry.get(name) ?? [] };
  });
  const offer = async (name: string): Promise<Offer<Candidate>> => {
    const candidates = registry.get(name) ?? [];
    return candidates.length > 0 ? { candidates } : { candidates, missing: { reason: 'is not in the registry' } };
  };
  return { root, installed: new Map(), offer, ...rest };
}

/** Installed plugins, by lines. */
export function installed(...lines: readonly string[]): ReadonlyMap<string, Candidate> {
  return new Map(lines.map(candidate).map((one) => [one.name, one]));
}

/** `a 1.0.0`, in the order of the answer. */
export function shown(chosen: ReadonlyMap<string, Candidate>): readonly string[] {
  return [...chosen.values()].map(({ name, version }) => `${name} ${version}`);
}
