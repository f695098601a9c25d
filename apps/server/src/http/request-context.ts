import { randomUUID } from 'node:crypto';
import { printable } from '@agentmesh/errors';
import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { createAddressFinder } from './client-address.js';
import { setReplyHeader } from './reply-header.js';

const MAX_PATH = 300;

/**
 * Stands around every request: gives it an id and an address, and afterwards logs and counts it. Headers, bodies and the
 * query are never logged: somebody's secret might be in them.
 */
export function requestContext({ config, logger, metrics, lifecycle }: AppDeps) {
  const findAddress = createAddressFinder(config.trustedProxies);
  return createMiddleware<AppEnv>(async (context, next) => {
    const started = performance.now();
    const requestId = randomUUID();
    const address = findAddress(context.env?.incoming?.socket.remoteAddress, context.req.header('x-forwarded-for'));
    context.set('requestId', requestId);
    context.set('address', address);
    setReplyHeader(context, 'X-Request-Id', requestId);
    await next();
    const seconds = (performance.now() - started) / 1000;
    const { status } = context.res;
    const { method } = context.req;
    if (lifecycle.stopping) context.header('Connection', 'close');
    metrics.observeRequest({ method, route: routePath(context, -1), status, seconds });
    if (!logger.isLevelEnabled('info')) return;
    logger.info(
      {
        request_id: requestId,
        method,
        path: printable(context.req.path, MAX_PATH),
        status,
        ms: Math.round(seconds * 10_000) / 10,
        address,
        token_id: context.get('token')?.id,
      },
      'request',
    );
  });
}
