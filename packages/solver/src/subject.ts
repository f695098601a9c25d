import type { Assignment } from './assignment.js';
import type { Incompatibility } from './incompatibility.js';
import { type IndexSet, range } from './index-set.js';
import type { VersionOrder } from './version-order.js';

/** A name of the search: what there is of it, what is known about it so far. */
export interface Subject<V> {
  readonly name: string;
  /** The most preferred first, none twice. Sets of versions are sets of positions in this list. */
  readonly versions: readonly V[];
  readonly order: VersionOrder<V>;
  /** One more than there are versions: the last position means that the name is not picked. */
  readonly size: number;
  /** Whether the root asks for it. */
  root: boolean;
  /** What is still possible. */
  domain: IndexSet;
  /** How it became so, oldest first. */
  readonly assignments: Assignment<V>[];
  /** Every incompatibility with a term about it, oldest first. */
  incompatibilities: Incompatibility<V>[];
}

/** A subject of which nothing is known but its versions. */
export function createSubject<V>(name: string, order: VersionOrder<V>): Subject<V> {
  const versions = order.preferred;
  const size = versions.length + 1;
  const domain = range(0, size);
  return { name, versions, order, size, root: false, domain, assignments: [], incompatibilities: [] };
}

/** True when one of its versions has to be picked. */
export function isNeeded({ domain, size }: Subject<unknown>): boolean {
  return domain.at(-1) !== size;
}

/** True when a version was picked for good or for a try. */
export function isDecided({ assignments }: Subject<unknown>): boolean {
  const last = assignments.at(-1);
  return last !== undefined && last.cause === undefined;
}
