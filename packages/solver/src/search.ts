import type { Assignment } from './assignment.js';
import type { Budget } from './budget.js';
import type { Catalogue } from './catalogue.js';
import type { Incompatibility, Term } from './incompatibility.js';
import { type IndexSet, intersect, subtract } from './index-set.js';
import type { Subject } from './subject.js';

/** A search under way: PubGrub's partial solution and its set of incompatibilities, which the subjects hold. */
export interface Search<V> {
  readonly catalogue: Catalogue<V>;
  readonly budget: Budget;
  /** The partial solution, oldest first. */
  readonly trail: Assignment<V>[];
  /** Incompatibilities that cannot come true as things stand, by the level since which. */
  readonly dead: Incompatibility<V>[];
  /** Incompatibilities to look at for the first time, or anew. */
  readonly fresh: Incompatibility<V>[];
  /** Subjects about which something new is known. */
  readonly changed: Set<Subject<V>>;
  /** Number of decisions that stand. */
  level: number;
}

export function createSearch<V>(catalogue: Catalogue<V>, budget: Budget): Search<V> {
  return { catalogue, budget, trail: [], dead: [], fresh: [], changed: new Set(), level: 0 };
}

/** Makes an incompatibility known to whom it is about. */
export function addIncompatibility<V>(search: Search<V>, added: Incompatibility<V>): void {
  for (const { subject } of added.terms) subject.incompatibilities.push(added);
  search.fresh.push(added);
}

/** Picks a version, as a try. */
export function decide<V>(search: Search<V>, subject: Subject<V>, index: number): void {
  search.level += 1;
  assign(search, subject, { after: [index, index + 1], cause: undefined });
}

/** Notes that a term must not hold, since all others of its incompatibility do. */
export function derive<V>(search: Search<V>, { subject, set }: Term<V>, cause: Incompatibility<V>): void {
  assign(search, subject, { after: subtract(subject.domain, set), cause });
}

/** Takes back everything beyond a level. */
export function backjump<V>(search: Search<V>, level: number): void {
  const { trail, dead } = search;
  for (let last = trail.at(-1); last !== undefined && last.level > level; last = trail.at(-1)) {
    trail.pop();
    last.subject.assignments.pop();
    last.subject.domain = last.before;
  }
  for (let last = dead.at(-1); last !== undefined && last.dead > level; last = dead.at(-1)) {
    dead.pop();
    last.dead = -1;
  }
  search.changed.clear();
  search.level = level;
}

/** Remembers that an incompatibility cannot come true before a backjump below the present level. */
export function bury<V>(search: Search<V>, one: Incompatibility<V>): void {
  one.dead = search.level;
  // What fails without any decision fails for ever and is not kept for revival.
  if (search.level > 0) search.dead.push(one);
}

function assign<V>(
  search: Search<V>,
  subject: Subject<V>,
  { after, cause }: { readonly after: IndexSet; readonly cause: Incompatibility<V> | undefined },
): void {
  const { trail, level } = search;
  const before = subject.domain;
  const assignment = { subject, before, after: intersect(before, after), level, place: trail.length, cause };
  trail.push(assignment);
  subject.assignments.push(assignment);
  subject.domain = assignment.after;
  search.changed.add(subject);
}
