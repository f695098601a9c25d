import type { Combination, Provider, RootRequirement } from './provider.js';

/** What a proof is checked against. */
export interface ProofFacts<V> {
  readonly root: readonly RootRequirement<V>[];
  readonly provider: Provider<V>;
  /** Of the options of the search. */
  readonly forbidden?: readonly Combination<V>[];
}
