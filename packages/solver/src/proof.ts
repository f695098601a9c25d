import type { Combination, Requirement, RootRequirement } from './provider.js';

/** One condition of a step. */
export interface ProofTerm {
  readonly name: string;
  /** Places in the proof's list of versions of that name: flat pairs `[from, to)`, ascending and apart. */
  readonly places: readonly number[];
  /** Whether the condition holds too when no version of the name is picked. */
  readonly orNone: boolean;
}

/** Why a step holds: a fact of the provider or the root, or two earlier steps that meet in a name. */
export type ProofCause<V> =
  | { readonly kind: 'root'; readonly requirement: RootRequirement<V> }
  | { readonly kind: 'dependency'; readonly name: string; readonly requirement: Requirement<V> }
  | { readonly kind: 'unusable'; readonly reason: string }
  | { readonly kind: 'forbidden'; readonly combination: Combination<V> }
  | { readonly kind: 'derived'; readonly from: readonly [number, number]; readonly pivot: string };

/** A step of a proof: its terms cannot all hold. */
export interface ProofStep<V> {
  readonly terms: readonly ProofTerm[];
  readonly cause: ProofCause<V>;
}

/**
 * Proof that no versions fit together. A derived step follows from two earlier ones by resolution: for the pivot either
 * condition, for every other name both. The last step has no terms: nothing can hold.
 */
export interface Proof<V> {
  /** Of each name that occurs, the versions there are, ascending. */
  readonly versions: ReadonlyMap<string, readonly V[]>;
  readonly steps: readonly ProofStep<V>[];
}
