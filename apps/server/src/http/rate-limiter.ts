import type { CounterRows } from '@agentmesh/registry-sql';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** How a count stands after a request was counted. */
export interface Taken {
  readonly limit: number;
  /** Requests that are left in this window; below zero when there were too many. */
  readonly remaining: number;
  readonly resetMs: number;
}

/** Counts requests of one kind in windows of a minute. */
export interface RateLimiter {
  take(key: string): Promise<Taken>;
}

const WINDOW_MS = 60_000;

/** A limiter that counts in this process. */
export function createMemoryLimiter(limit: number): RateLimiter {
  const counts = new RateLimiterMemory({ points: limit, duration: WINDOW_MS / 1000 });
  return {
    async take(key) {
      const { consumedPoints, msBeforeNext } = await counts.consume(key).catch(unlessCounted);
      return { limit, remaining: limit - consumedPoints, resetMs: msBeforeNext };
    },
  };
}

/** A limiter that counts in the database, for all servers together; who is over the limit is remembered here. */
export function createSharedLimiter(
  limit: number,
  shared: { readonly prefix: string; readonly counters: CounterRows; readonly now: () => Date },
): RateLimiter {
  const { prefix, counters, now } = shared;
  const over = new Map<string, number>();
  return {
    async take(key) {
      const at = now().getTime();
      const until = over.get(key) ?? 0;
      if (until > at) return { limit, remaining: -1, resetMs: until - at };
      const { count, resetAt } = await counters.add(`${prefix}:${key}`, WINDOW_MS, new Date(at));
      // Whoever is over the limit shall not make the database work; what has passed is forgotten.
      for (const [name, end] of over) if (end <= at) over.delete(name);
      if (count > limit) over.set(key, resetAt.getTime());
      return { limit, remaining: limit - count, resetMs: Math.max(0, resetAt.getTime() - at) };
    },
  };
}

/** The library throws its count when there were too many. */
function unlessCounted(thrown: unknown): RateLimiterRes {
  if (thrown instanceof RateLimiterRes) return thrown;
  throw thrown;
}
