import { MarketplaceError } from '@agentmesh/errors';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';

const CHECK_FOR_MS = 1000;
const state = z.object({ status: z.literal('ok') });

/** Whether the server lives (`/healthz`), and whether it should be sent requests (`/readyz`). Neither needs a token. */
export function createHealthRoutes({ database, lifecycle }: AppDeps): OpenAPIHono<AppEnv> {
  const router = createRouter();
  const check = forAWhile(() => database.check());
  const live = createRoute({
    method: 'get',
    path: '/healthz',
    summary: 'The process answers',
    tags: ['operations'],
    responses: describeResponses({ 200: { description: 'It does', schema: state } }),
  });
  router.openapi(live, (context) => context.json({ status: 'ok' } as const, 200, { 'Cache-Control': 'no-store' }));
  const ready = createRoute({
    method: 'get',
    path: '/readyz',
    summary: 'The server reaches its database and is not about to stop',
    tags: ['operations'],
    responses: describeResponses({ 200: { description: 'It does', schema: state } }),
  });
  router.openapi(ready, async (context) => {
    if (lifecycle.stopping) throw stopping();
    await check();
    return context.json({ status: 'ok' } as const, 200, { 'Cache-Control': 'no-store' });
  });
  return router;
}

/** The same answer for a while: nobody makes the database work by asking often. */
function forAWhile(work: () => Promise<void>): () => Promise<void> {
  let last: { readonly at: number; readonly answer: Promise<void> } | undefined;
  return () => {
    if (last === undefined || performance.now() - last.at > CHECK_FOR_MS) {
      last = { at: performance.now(), answer: work() };
    }
    return last.answer;
  };
}

function stopping(): MarketplaceError {
  return new MarketplaceError('The server is about to stop', {
    code: 'SERVER_STOPPING',
    hint: 'Ask another server, or again in a few seconds.',
  });
}
