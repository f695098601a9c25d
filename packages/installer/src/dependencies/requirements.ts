import { satisfies } from '@agentmesh/manifest';
import type { Candidate } from './candidate.js';

/** One plugin's need of another. */
export interface Requirement {
  readonly by: Candidate;
  /** Comparators, `''` for any version. */
  readonly range: string;
}

/** Who among `plugins` needs `name`, and in which range. */
export function requirementsOf(name: string, plugins: Iterable<Candidate>): readonly Requirement[] {
  const found: Requirement[] = [];
  for (const by of plugins) {
    for (const dependency of by.dependencies) if (dependency.name === name) found.push({ by, range: dependency.range });
  }
  return found;
}

/** True when a version fits every range. */
export function fitsAll(version: string, requirements: readonly Requirement[]): boolean {
  return requirements.every(({ range }) => satisfies(version, range));
}
