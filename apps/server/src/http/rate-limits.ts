import { MarketplaceError } from '@agentmesh/errors';
import type { Context, MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { addressKey } from './client-address.js';
import { createMemoryLimiter, createSharedLimiter, type RateLimiter, type Taken } from './rate-limiter.js';
import { setReplyHeader } from './reply-header.js';

/** The limits on how many requests are answered. */
export interface RateLimits {
  /** Of everybody together and of each address; to stand before a token is looked up. */
  readonly anybody: MiddlewareHandler<AppEnv>;
  /** Of each token; to stand after it was. */
  readonly token: MiddlewareHandler<AppEnv>;
  /** Counts a change to a workspace; its id is the route's parameter `id`. */
  readonly workspace: MiddlewareHandler<AppEnv>;
}

/**
 * The rate limits of a server. Answers carry `RateLimit-Limit`, `-Remaining` and `-Reset` (in seconds) of the limit that is
 * nearest, as draft-ietf-httpapi-ratelimit-headers-06 has them; refusals `Retry-After` too.
 */
export function createRateLimits(deps: Pick<AppDeps, 'config' | 'database' | 'metrics' | 'now'>): RateLimits {
  const { limits } = deps.config;
  const [everybody, address, token, workspace] = [
    limiter(deps, 'all', limits.requestsPerMinute),
    limiter(deps, 'address', limits.requestsPerMinuteAddress),
    limiter(deps, 'token', limits.requestsPerMinuteToken),
    limiter(deps, 'workspace', limits.requestsPerMinuteWorkspace),
  ];
  const count = async (context: Context<AppEnv>, kind: RateLimiter, key: string, name: string): Promise<void> =>
    settle(context, await kind.take(key), () => deps.metrics.rateLimited(name));
  return {
    anybody: createMiddleware<AppEnv>(async (context, next) => {
      // The address first, so that one that sends too much does not use up what is there for all.
      await count(context, address, addressKey(context.get('address')), 'address');
      await count(context, everybody, '', 'all');
      await next();
    }),
    token: createMiddleware<AppEnv>(async (context, next) => {
      const id = context.get('token')?.id;
      if (id !== undefined) await count(context, token, id, 'token');
      await next();
    }),
    workspace: createMiddleware<AppEnv>(async (context, next) => {
      await count(context, workspace, context.req.param('id') ?? '', 'workspace');
      await next();
    }),
  };
}

function limiter({ config, database, now }: Parameters<typeof createRateLimits>[0], prefix: string, limit: number) {
  if (config.rateLimits === 'memory') return createMemoryLimiter(limit);
  return createSharedLimiter(limit, { prefix, counters: database.counters, now });
}

function settle(context: Context<AppEnv>, taken: Taken, onRefused: () => void): void {
  const nearest = context.get('nearestLimit');
  if (nearest === undefined || taken.remaining <= nearest.remaining) {
    context.set('nearestLimit', taken);
    setReplyHeader(context, 'RateLimit-Limit', String(taken.limit));
    setReplyHeader(context, 'RateLimit-Remaining', String(Math.max(0, taken.remaining)));
    setReplyHeader(context, 'RateLimit-Reset', secondsOf(taken));
  }
  if (taken.remaining >= 0) return;
  onRefused();
  setReplyHeader(context, 'Retry-After', secondsOf(taken));
  throw new MarketplaceError(`Expected at most ${taken.limit} requests in a minute, got more`, {
    code: 'TOO_MANY_REQUESTS',
    hint: `Try again in ${secondsOf(taken)} seconds.`,
  });
}

function secondsOf({ resetMs }: Taken): string {
  return String(Math.max(1, Math.ceil(resetMs / 1000)));
}
