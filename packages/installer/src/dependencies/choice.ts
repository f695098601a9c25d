import { compareVersions } from '@agentmesh/manifest';
import type { IntervalSet, VersionSet } from '@agentmesh/solver';
import type { Candidate } from './candidate.js';

/** What the solver picks among: a candidate, or whatever else there may be of an installed plugin, which nobody has looked up yet. */
export interface Choice<C extends Candidate> {
  /** Undefined for what was not looked up. */
  readonly candidate: C | undefined;
}

/** Orders choices by version, what was not looked up last. */
export function compareChoices(a: Choice<Candidate>, b: Choice<Candidate>): number {
  if (a.candidate === undefined || b.candidate === undefined) {
    return Number(a.candidate === undefined) - Number(b.candidate === undefined);
  }
  return compareVersions(a.candidate.version, b.candidate.version);
}

/** The choices whose version lies in a set; what was not looked up may always fit. */
export function choiceSet<C extends Candidate>(set: IntervalSet<string>, text: string): VersionSet<Choice<C>> {
  return {
    has: ({ candidate }) => candidate === undefined || set.has(candidate.version),
    toString: () => text,
    select: (ascending) => {
      const known = ascending.flatMap(({ candidate }) => candidate?.version ?? []);
      const pairs = [...set.select(known)];
      if (known.length === ascending.length) return pairs;
      if (pairs.at(-1) === known.length) pairs.pop();
      else pairs.push(known.length);
      return [...pairs, ascending.length];
    },
  };
}
