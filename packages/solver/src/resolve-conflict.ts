import { Conflict } from './conflict.js';
import type { Incompatibility } from './incompatibility.js';
import { addIncompatibility, backjump, type Search } from './search.js';

/**
 * Conflict resolution: follows a conflict back to what caused it, takes back the decisions that led there, and notes what was
 * learned, so that no later try runs into it.
 *
 * @returns the end of a proof, an incompatibility without terms, when nothing can be taken back
 */
export function resolveConflict<V>(search: Search<V>, start: Incompatibility<V>): Incompatibility<V> | undefined {
  const conflict = new Conflict(start);
  for (let last = conflict.last; last !== undefined; last = conflict.last) {
    search.budget.spend(conflict.size);
    const { subject, satisfier, previousLevel } = last;
    if (satisfier.cause === undefined || previousLevel < satisfier.level) {
      backjump(search, previousLevel);
      const { learned } = conflict;
      if (learned === start) search.fresh.push(start);
      else addIncompatibility(search, learned);
      return undefined;
    }
    conflict.resolve(satisfier.cause, subject);
  }
  return conflict.learned;
}
