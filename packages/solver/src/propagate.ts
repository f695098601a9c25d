import type { Incompatibility, Term } from './incompatibility.js';
import { isDisjoint, isSubset } from './index-set.js';
import { bury, derive, type Search } from './search.js';
import type { Subject } from './subject.js';

/** `conflict`: all terms hold; `dead`: one cannot; `open`: two or more may; a term: it alone is open. */
type Relation<V> = 'conflict' | 'dead' | 'open' | Term<V>;

/** Dropping dead incompatibilities pays from here on. */
const MANY = 32;

/**
 * Unit propagation: draws every conclusion that follows from what is new, newest incompatibilities first.
 *
 * @returns the incompatibility whose terms all hold, when there is a conflict
 */
export function propagate<V>(search: Search<V>): Incompatibility<V> | undefined {
  const { fresh, changed } = search;
  for (let one = fresh.pop(); one !== undefined; one = fresh.pop()) {
    if (draw(search, one)) return one;
  }
  for (const subject of changed) {
    changed.delete(subject);
    const conflict = propagateSubject(search, subject);
    if (conflict !== undefined) return conflict;
  }
  return undefined;
}

function propagateSubject<V>(search: Search<V>, subject: Subject<V>): Incompatibility<V> | undefined {
  const { incompatibilities } = subject;
  let buried = 0;
  search.budget.spend(incompatibilities.length);
  for (let at = incompatibilities.length - 1; at >= 0; at -= 1) {
    const one = incompatibilities[at];
    if (one === undefined || one.dead > 0) continue;
    if (one.dead === 0) buried += 1;
    else if (draw(search, one)) return one;
  }
  if (buried > MANY && buried * 2 > incompatibilities.length) {
    subject.incompatibilities = incompatibilities.filter(({ dead }) => dead !== 0);
  }
  return undefined;
}

/** Draws the conclusion of one incompatibility, if there is one. True for a conflict. */
function draw<V>(search: Search<V>, one: Incompatibility<V>): boolean {
  const relation = relationOf(one);
  if (relation === 'conflict') return true;
  if (relation === 'open') return false;
  if (relation !== 'dead') derive(search, relation, one);
  if (one.dead < 0) bury(search, one);
  return false;
}

function relationOf<V>({ terms }: Incompatibility<V>): Relation<V> {
  let open: Term<V> | undefined;
  let several = false;
  for (const term of terms) {
    const { domain } = term.subject;
    if (isSubset(domain, term.set)) continue;
    if (isDisjoint(domain, term.set)) return 'dead';
    several = open !== undefined;
    open ??= term;
    if (several) return 'open';
  }
  return open ?? 'conflict';
}

/** Whether every term but the subject's holds. */
export function holdsBut<V>({ terms }: Incompatibility<V>, subject: Subject<V>): boolean {
  return terms.every((term) => term.subject === subject || isSubset(term.subject.domain, term.set));
}
