/** How often something that failed for the moment is tried again, and after how long. */
export interface RetryRules {
  /** Most attempts, the first one included (default 4). */
  readonly attempts: number;
  /** Before the second attempt in milliseconds; doubled each time, and varied by half (default 200). */
  readonly backoffMs: number;
  /** Longest wait that a server's Retry-After is obeyed for, in milliseconds; beyond it the download fails (default 30,000). */
  readonly maxWaitMs: number;
}

/** 4 attempts, 200 ms, at most 30 s. */
export const DEFAULT_RETRY_RULES: RetryRules = Object.freeze({ attempts: 4, backoffMs: 200, maxWaitMs: 30_000 });
