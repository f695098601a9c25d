import { MarketplaceError } from '@agentmesh/errors';

/** What one fetch may cost. Resolvers count while bytes arrive, not afterwards. */
export interface FetchLimits {
  /** Longest duration of a whole fetch in milliseconds. */
  readonly timeoutMs: number;
  /** Most bytes of content, summed over all files. */
  readonly maxBytes: number;
  /** Most files. */
  readonly maxFiles: number;
  /** Longest spec in UTF-8 bytes. */
  readonly maxSpecBytes: number;
}

/** 5 minutes, 100 MiB, 10,000 files, a spec of 64 KiB. */
export const DEFAULT_FETCH_LIMITS: FetchLimits = Object.freeze({
  timeoutMs: 300_000,
  maxBytes: 100 * 1024 * 1024,
  maxFiles: 10_000,
  maxSpecBytes: 64 * 1024,
});

/**
 * Fills unset limits with the defaults.
 *
 * @throws LIMIT_INVALID for one that is not a positive integer, since `NaN` compares as "never reached".
 */
export function completeLimits(limits: Partial<FetchLimits> = {}): FetchLimits {
  const complete = {
    timeoutMs: limits.timeoutMs ?? DEFAULT_FETCH_LIMITS.timeoutMs,
    maxBytes: limits.maxBytes ?? DEFAULT_FETCH_LIMITS.maxBytes,
    maxFiles: limits.maxFiles ?? DEFAULT_FETCH_LIMITS.maxFiles,
    maxSpecBytes: limits.maxSpecBytes ?? DEFAULT_FETCH_LIMITS.maxSpecBytes,
  };
  for (const [name, value] of Object.entries(complete)) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new MarketplaceError(`Expected a positive integer for the limit ${name}, got ${String(value)}`, {
      code: 'LIMIT_INVALID',
      hint: 'Leave the limit out to keep its default.',
    });
  }
  return complete;
}
