import type { AuditEvent } from '@agentmesh/registry-sql';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { requireScope } from '../http/auth.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import { cursorParam, line, timeParam } from './schemas.js';

const MOST = 500;
const USUAL = 100;

const eventSchema = z
  .object({
    id: z.string(),
    at: z.string(),
    actor: z.string().openapi({ example: 'token:0a1b2c3d4e5f' }),
    action: z.string().openapi({ example: 'publish' }),
    subject: z.string().openapi({ example: 'plugin:weather@1.0.0' }),
    address: z.string().optional(),
    request_id: z.string().optional(),
    detail: z.unknown().optional(),
  })
  .openapi('AuditEvent');

const query = z.object({
  actor: line.optional(),
  action: line.optional(),
  subject: line.optional(),
  since: timeParam.optional(),
  until: timeParam.optional(),
  cursor: cursorParam.optional(),
  limit: z.coerce.number().int().min(1).max(MOST).optional(),
});

/** Who changed what, for admins. */
export function createAuditRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const router = createRouter();
  const route = createRoute({
    method: 'get',
    path: '/v1/audit',
    summary: 'Changes, the latest first',
    tags: ['audit'],
    security: [{ token: [] }],
    middleware: [requireScope(deps, 'admin')],
    request: { query },
    responses: describeResponses(
      {
        200: {
          description: 'A page',
          schema: z.object({ items: z.array(eventSchema), cursor: z.string().optional() }),
        },
      },
      [403],
    ),
  });
  router.openapi(route, async (context) => {
    const { limit = USUAL, since, until, ...asked } = context.req.valid('query');
    const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    const page = await deps.database.audit.list({
      ...given,
      limit,
      ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    });
    context.header('Cache-Control', 'no-store');
    return context.json({ items: page.items.map(eventJson), cursor: page.cursor }, 200);
  });
  return router;
}

function eventJson({ requestId, ...event }: AuditEvent): z.infer<typeof eventSchema> {
  return requestId === undefined ? event : { ...event, request_id: requestId };
}
