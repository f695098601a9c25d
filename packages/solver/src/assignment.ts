import type { Incompatibility } from './incompatibility.js';
import type { IndexSet } from './index-set.js';
import type { Subject } from './subject.js';

/** One step of a partial solution: a subject's possibilities shrank. */
export interface Assignment<V> {
  readonly subject: Subject<V>;
  readonly before: IndexSet;
  readonly after: IndexSet;
  /** Number of decisions made by then. */
  readonly level: number;
  /** Place in the partial solution. */
  readonly place: number;
  /** What forced it; undefined for a decision. */
  readonly cause: Incompatibility<V> | undefined;
}
