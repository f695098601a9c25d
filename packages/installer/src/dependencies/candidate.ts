import type { Dependency } from '@agentmesh/manifest';

/** One version of a plugin that could be picked. */
export interface Candidate {
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly Dependency[];
}

/** What is known of a name: candidates in the order of preference, and what to tell when none of them fits. */
export interface Offer<C extends Candidate> {
  readonly candidates: readonly C[];
  /** Every version that exists, usable or not, in words. */
  readonly known: string;
}

/** The question that {@link selectPlugins} answers. */
export interface SelectionProblem<C extends Candidate> {
  /** What was asked for. */
  readonly root: Offer<C> & { readonly name: string };
  /** What is installed, by name. An installed dependency that satisfies stays; what stays keeps its own needs. */
  readonly installed: ReadonlyMap<string, C>;
  /** Looks up a dependency. Asked once a name, and only for names that no installed plugin satisfies. */
  readonly offer: (name: string) => Promise<Offer<C>>;
}
