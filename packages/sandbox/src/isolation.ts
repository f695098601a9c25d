/** How well a guest is contained, weakest first (design: levels). Only `process` is built so far. */
export const ISOLATION_LEVELS = ['process', 'language', 'os-basic', 'os-strict'] as const;

/** One of {@link ISOLATION_LEVELS}. */
export type IsolationLevel = (typeof ISOLATION_LEVELS)[number];

/** What contains a guest here. Every mechanism listed was seen to hold in a live test of this process. */
export interface Isolation {
  readonly level: IsolationLevel;
  /** What was proven, in kebab case: `no-file-reads`. */
  readonly mechanisms: readonly string[];
  /** What does not hold here, or is not built at this level: `network-isolation`. */
  readonly missing: readonly string[];
}

/** True when `level` is at least as strong as `minimum`. */
export function meetsIsolation(level: IsolationLevel, minimum: IsolationLevel): boolean {
  return ISOLATION_LEVELS.indexOf(level) >= ISOLATION_LEVELS.indexOf(minimum);
}
