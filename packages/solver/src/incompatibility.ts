import type { IndexSet } from './index-set.js';
import { intersect, isEqual, range } from './index-set.js';
import type { Combination, Requirement, RootRequirement } from './provider.js';
import type { Subject } from './subject.js';

/** One condition: what is picked for the subject, or that nothing is, lies in the set. */
export interface Term<V> {
  readonly subject: Subject<V>;
  /** Positions in `subject.versions`; the one behind the last stands for "not picked". */
  readonly set: IndexSet;
}

/** Why an incompatibility holds. */
export type Cause<V> =
  | { readonly kind: 'root'; readonly on: Subject<V>; readonly requirement: RootRequirement<V> }
  | {
      readonly kind: 'dependency';
      readonly subject: Subject<V>;
      readonly on: Subject<V>;
      readonly requirement: Requirement<V>;
    }
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'forbidden'; readonly combination: Combination<V> }
  | {
      readonly kind: 'derived';
      readonly from: Incompatibility<V>;
      /** Resolved with, one after the other. */
      readonly by: readonly ResolutionStep<V>[];
    };

/** What a term of an incompatibility is replaced by. */
export interface ResolutionStep<V> {
  readonly cause: Incompatibility<V>;
  readonly pivot: Subject<V>;
}

/** Terms that cannot all hold. Without any term, nothing can. */
export interface Incompatibility<V> {
  readonly terms: readonly Term<V>[];
  readonly cause: Cause<V>;
  /** Decision level since which a term is known to fail; -1 where none is. */
  dead: number;
}

/**
 * The incompatibility of these terms: those of one subject joined, those that always hold left out.
 *
 * @returns undefined when a term can never hold
 */
export function incompatibility<V>(terms: readonly Term<V>[], cause: Cause<V>): Incompatibility<V> | undefined {
  const sets = new Map<Subject<V>, IndexSet>();
  for (const { subject, set } of terms) {
    const known = sets.get(subject);
    sets.set(subject, known === undefined ? set : intersect(known, set));
  }
  const kept: Term<V>[] = [];
  for (const [subject, set] of sets) {
    if (set.length === 0) return undefined;
    if (!isEqual(set, range(0, subject.size))) kept.push({ subject, set });
  }
  return { terms: kept, cause, dead: -1 };
}

/** The set of a subject's term. */
export function setOf<V>({ terms }: Pick<Incompatibility<V>, 'terms'>, subject: Subject<V>): IndexSet {
  const term = terms.find((one) => one.subject === subject);
  if (term === undefined) throw new TypeError(`No term about ${subject.name}`);
  return term.set;
}
