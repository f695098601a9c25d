import { collectNames } from '@agentmesh/registry';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { answerJson } from '../http/answer-json.js';
import { requireScope } from '../http/auth.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';

/** What mirrors begin with: every name, all in one answer, so that it is complete or an error. */
export function createNamesRoute(deps: AppDeps): OpenAPIHono<AppEnv> {
  const router = createRouter();
  const route = createRoute({
    method: 'get',
    path: '/v1/names',
    summary: 'Every name in the order they were first published, also those whose versions are all yanked',
    tags: ['registry'],
    middleware: [requireScope(deps, 'read')],
    responses: describeResponses({
      200: { description: 'The names', schema: z.object({ names: z.array(z.string()) }).openapi('Names') },
    }),
  });
  router.openapi(route, async (context) => answerJson(context, { names: await collectNames(deps.database.store) }));
  return router;
}
