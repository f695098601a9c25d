import type { Proof } from './proof.js';
import type { Combination } from './provider.js';
import type { SolverLimits } from './solver-limits.js';

/** What `solve` is asked beside the question. */
export interface SolveOptions<V> {
  /** Ends the search with its reason, within some ten milliseconds of computing. */
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<SolverLimits> | undefined;
  /** What may not be picked together. */
  readonly forbidden?: readonly Combination<V>[] | undefined;
}

/** Versions that fit together. */
export interface Solution<V> {
  readonly solved: true;
  /**
   * By name, in the order of decision: of each name the most preferred version that what stands before it allows. Nothing in it
   * is there without being needed.
   */
  readonly selected: ReadonlyMap<string, V>;
}

/** The certainty that no versions fit together. */
export interface NoSolution<V> {
  readonly solved: false;
  /** Each step can be checked by `checkProof`. */
  readonly proof: Proof<V>;
  /** The proof in prose. */
  explain(): string;
}
