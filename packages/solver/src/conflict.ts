import type { Assignment } from './assignment.js';
import { type Incompatibility, type ResolutionStep, setOf } from './incompatibility.js';
import { type IndexSet, intersect, isDisjoint, isSubset, subtract, union } from './index-set.js';
import type { Subject } from './subject.js';

/** A term that holds, and the assignment that made it hold. */
interface HeldTerm<V> {
  readonly subject: Subject<V>;
  readonly set: IndexSet;
  readonly satisfier: Assignment<V>;
}

/** Where a conflict came true. */
export interface Satisfaction<V> extends HeldTerm<V> {
  /** The decision level at which, but for the satisfier, all terms held already. */
  readonly previousLevel: number;
}

/** An incompatibility that came true, on its way back to what caused it. */
export class Conflict<V> {
  readonly #start: Incompatibility<V>;
  readonly #held = new Map<Subject<V>, HeldTerm<V>>();
  readonly #by: ResolutionStep<V>[] = [];

  constructor(start: Incompatibility<V>) {
    this.#start = start;
    for (const { subject, set } of start.terms) this.#held.set(subject, hold(subject, set));
  }

  get size(): number {
    return this.#held.size;
  }

  /** What is known to be incompatible by now. */
  get learned(): Incompatibility<V> {
    if (this.#by.length === 0) return this.#start;
    const terms = [...this.#held.values()].map(({ subject, set }) => ({ subject, set }));
    return { terms, cause: { kind: 'derived', from: this.#start, by: this.#by }, dead: -1 };
  }

  /** The term that came true last; undefined when there are no terms. */
  get last(): Satisfaction<V> | undefined {
    let last: HeldTerm<V> | undefined;
    let previousLevel = 0;
    for (const held of this.#held.values()) {
      const isLater = last === undefined || held.satisfier.place > last.satisfier.place;
      previousLevel = Math.max(previousLevel, (isLater ? last : held)?.satisfier.level ?? 0);
      if (isLater) last = held;
    }
    return last && { ...last, previousLevel: Math.max(previousLevel, levelBefore(last)) };
  }

  /** Replaces a term by what forced it: the rule of resolution, as in `resolvent`. */
  resolve(cause: Incompatibility<V>, pivot: Subject<V>): void {
    this.#by.push({ cause, pivot });
    for (const { subject, set } of cause.terms) {
      const known = this.#held.get(subject)?.set;
      if (subject === pivot) this.#replace(subject, union(known ?? [], set));
      else this.#replace(subject, known === undefined ? set : intersect(known, set));
    }
  }

  #replace(subject: Subject<V>, set: IndexSet): void {
    if (set.length === 2 && set[0] === 0 && set[1] === subject.size) this.#held.delete(subject);
    else this.#held.set(subject, hold(subject, set));
  }
}

function hold<V>(subject: Subject<V>, set: IndexSet): HeldTerm<V> {
  const satisfier = firstWhere(subject.assignments, (domain) => isSubset(domain, set));
  if (satisfier === undefined) throw new TypeError(`Nothing made the term about ${subject.name} hold`);
  return { subject, set, satisfier };
}

/** A satisfier may have needed earlier assignments of its own subject to make the term hold: the level of those. */
function levelBefore<V>({ subject, set, satisfier }: HeldTerm<V>): number {
  const { cause } = satisfier;
  if (cause === undefined) return 0;
  // What the satisfier by itself leaves possible outside the term.
  const gap = subtract(subtract([0, subject.size], setOf(cause, subject)), set);
  if (gap.length === 0) return 0;
  return firstWhere(subject.assignments, (domain) => isDisjoint(domain, gap))?.level ?? 0;
}

/** Possibilities only ever shrink: what holds once holds from there on, and is found by halving. */
function firstWhere<V>(
  assignments: readonly Assignment<V>[],
  holds: (domain: IndexSet) => boolean,
): Assignment<V> | undefined {
  let low = 0;
  let high = assignments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const assignment = assignments[middle];
    if (assignment !== undefined && holds(assignment.after)) high = middle;
    else low = middle + 1;
  }
  return assignments[low];
}
