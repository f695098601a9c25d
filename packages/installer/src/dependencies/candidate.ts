import type { Dependency } from '@agentmesh/manifest';

/** Why something may not be picked. */
export interface Refusal {
  /** A predicate for the proof, which follows name and version: `is yanked: it loses data`. */
  readonly reason: string;
  /** Code of the error where nothing but this stands in the way (default `DEPENDENCY_UNSATISFIED`). */
  readonly code?: string;
  /** The error that says more about it. */
  readonly cause?: unknown;
}

/** One version of a plugin that could be picked. */
export interface Candidate {
  readonly name: string;
  readonly version: string;
  /** May throw a MarketplaceError; then this version cannot be picked. */
  readonly dependencies: readonly Dependency[];
  /** Set for a version that exists and may not be picked. */
  readonly refusal?: Refusal | undefined;
  /** Set for a version to be picked only when nothing else fits: why, as a predicate (`is deprecated`). */
  readonly lastResort?: string | undefined;
}

/** What is known of a name. */
export interface Offer<C extends Candidate> {
  /** In the order of preference, the refused ones among them. */
  readonly candidates: readonly C[];
  /** Why there are none, where that is known: a predicate that follows the name (`is not in the registry`). */
  readonly missing?: Refusal | undefined;
}

/** Something that was asked for. */
export interface Target<C extends Candidate> extends Offer<C> {
  readonly name: string;
  /** Comparators that it has to meet besides; any version when absent or empty. */
  readonly range?: string | undefined;
}

/** The question that `selectPlugins` answers. */
export interface SelectionProblem<C extends Candidate> {
  /** What was asked for, the most wanted first. */
  readonly root: Target<C> | readonly Target<C>[];
  /**
   * What is installed, by name. Where it satisfies it stays; what is not reached from the targets stays in any case, and its needs
   * count.
   */
  readonly installed: ReadonlyMap<string, C>;
  /** Looks up a dependency. Asked once a name, and not for names that an installed plugin satisfies. */
  readonly offer: (name: string) => Promise<Offer<C>>;
  /** Installed plugins that shall take the newest version that fits, when they are reached from the targets. */
  readonly move?: ReadonlySet<string> | 'all' | undefined;
  /** By name, the range or version to use whatever others ask for. */
  readonly overrides?: ReadonlyMap<string, string> | undefined;
  /** Asked about a candidate that is about to be picked, once each. */
  readonly refuse?: ((candidate: C) => Promise<Refusal | undefined>) | undefined;
  /** What one round of the search may cost, as `SolverLimits` of the solver counts it (default 30,000,000, some seconds). */
  readonly maxSteps?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}
