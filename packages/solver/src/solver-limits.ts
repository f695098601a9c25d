import { MarketplaceError } from '@agentmesh/errors';

/** What one search may cost. Providers may speak for strangers: every count that they control has an end. */
export interface SolverLimits {
  /** Rules looked at. A conflict-free search of 1,000 names takes some 140,000. */
  readonly maxSteps: number;
  /** Names looked up. */
  readonly maxNames: number;
  /** Versions of one name. */
  readonly maxVersions: number;
  /** Needs of one version. */
  readonly maxDependencies: number;
}

/** The limits where none are given. */
export const DEFAULT_SOLVER_LIMITS: Readonly<SolverLimits> = Object.freeze({
  maxSteps: 50_000_000,
  maxNames: 20_000,
  maxVersions: 50_000,
  maxDependencies: 5_000,
});

/** The error of a limit that was met: `SOLVER_LIMIT`. */
export function limitMet(what: string, limit: keyof SolverLimits, value: number): MarketplaceError {
  return new MarketplaceError(`${what} (${limit} is ${value})`, {
    code: 'SOLVER_LIMIT',
    hint: 'Narrow the ranges that are asked for, or raise the limit.',
  });
}
