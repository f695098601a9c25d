import type { VersionSet } from './version-set.js';

/** A need: one version of `name` out of `versions`. */
export interface Requirement<V> {
  readonly name: string;
  /** Hand out one object for one range where possible: what was worked out for it is kept. */
  readonly versions: VersionSet<V>;
}

/** A need of whoever asks. */
export interface RootRequirement<V> extends Requirement<V> {
  /** Where it comes from, as a clause for the proof: `a 1.0.0 is installed`. Without one it goes without saying. */
  readonly reason?: string;
}

/** Versions of several names that cannot go together, though none of them says so. */
export interface Combination<V> {
  readonly of: readonly Requirement<V>[];
  /** Why, as a clause for the proof: `a and b need each other in a circle`. */
  readonly reason: string;
}

/**
 * What a version needs, or why it cannot be used, as a predicate that follows name and version in the proof: `is yanked`,
 * `needs agentmesh >=3.0.0 and this is 1.4.0`.
 */
export type Needs<V> = readonly Requirement<V>[] | { readonly unusable: string };

/**
 * What a solver knows of the world. Every answer is asked for once and kept, so that a source which changes its mind, or means
 * harm, can make a search fail but not go wrong. What a method throws ends the search and is passed on.
 */
export interface Provider<V> {
  /** Orders versions; equal ones count as one. */
  compare(a: V, b: V): number;
  /** All versions of a name, the most preferred first; empty where there is none. Asked for several names at once. */
  versions(name: string): readonly V[] | Promise<readonly V[]>;
  /** Asked when a version is about to be picked. */
  dependencies(name: string, version: V): Needs<V> | Promise<Needs<V>>;
  /**
   * What `dependencies` will answer, where that costs nothing; undefined else. With it, one step of a search covers all versions
   * that share a need, and a proof says `every version of a needs b` once.
   */
  peek?(name: string, version: V): Needs<V> | undefined;
  /** How prose writes a version (default `String`). */
  format?(version: V): string;
  /** What to say where no version of a name fits, as a predicate: `is not in the registry`. */
  describe?(name: string): string | undefined;
}
