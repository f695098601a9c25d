import { count } from './index-set.js';
import { isDecided, isNeeded, type Subject } from './subject.js';

/**
 * The subject to decide next; undefined when every needed one is decided. First those with a single possibility left, since
 * they are no choice; then what the root asks for, in its order; then the one with the fewest possibilities, which fails soonest.
 */
export function chooseSubject<V>(subjects: Iterable<Subject<V>>): Subject<V> | undefined {
  let best: Subject<V> | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  for (const subject of subjects) {
    if (!isNeeded(subject) || isDecided(subject)) continue;
    const weight = weightOf(subject);
    if (weight === 1) return subject;
    if (weight >= smallest) continue;
    best = subject;
    smallest = weight;
  }
  return best;
}

function weightOf<V>({ domain, root }: Subject<V>): number {
  const [from = 0, to = 0] = domain;
  if (domain.length === 2 && to === from + 1) return 1;
  return root ? 1.5 : count(domain);
}
