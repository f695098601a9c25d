/** How well a guest is contained, weakest first (design: levels). */
export const ISOLATION_LEVELS = ['process', 'language', 'os-basic', 'os-strict'] as const;

/** One of {@link ISOLATION_LEVELS}. */
export type IsolationLevel = (typeof ISOLATION_LEVELS)[number];

/** Something that does not contain guests here, why, and what to do about it. */
export interface MissingMechanism {
  /** In kebab case: `network-isolation`. */
  readonly mechanism: string;
  readonly reason: string;
  readonly fix: string;
}

/** What contains a guest here. Every mechanism listed was seen to hold in a live test of this process. */
export interface Isolation {
  readonly level: IsolationLevel;
  /** What was proven, in kebab case: `no-file-reads`. */
  readonly mechanisms: readonly string[];
  readonly missing: readonly MissingMechanism[];
}

/** True when `level` is at least as strong as `minimum`; a minimum that is no level is met by none. */
export function meetsIsolation(level: IsolationLevel, minimum: IsolationLevel): boolean {
  const least = ISOLATION_LEVELS.indexOf(minimum);
  return least >= 0 && ISOLATION_LEVELS.indexOf(level) >= least;
}
