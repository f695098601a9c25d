const TIMEOUT_MS = 300_000;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The signals of one download. */
export interface Deadline {
  /** The caller's. */
  readonly caller: AbortSignal;
  /** Aborted when the time is up. */
  readonly timeout: AbortSignal;
  /** Aborted by either. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Starts the clock (default 5 minutes). */
export function startDeadline(caller: AbortSignal, timeoutMs: number = TIMEOUT_MS): Deadline {
  const bounded = Math.max(1, Math.min(timeoutMs, MAX_TIMER_MS));
  const timeout = AbortSignal.timeout(bounded);
  return { caller, timeout, signal: AbortSignal.any([caller, timeout]), timeoutMs: bounded };
}
