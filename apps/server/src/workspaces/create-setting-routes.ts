import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../app-deps.js';
import { recordAudit } from '../audit/record-audit.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import { limitBody } from '../http/limit-body.js';
import type { RateLimits } from '../http/rate-limits.js';
import { runtimeText, workspaceParam } from './schemas.js';
import { settleWorkspace } from './settle-workspace.js';
import type { WorkspaceDeps } from './workspace-deps.js';
import { workspaceScope } from './workspace-scope.js';

const workspaceSchema = z
  .object({ id: z.string(), runtime: z.string().optional(), created_at: z.string() })
  .openapi('Workspace');

/** What is known of a workspace: its runtime. */
export function createSettingRoutes(deps: WorkspaceDeps, limits: RateLimits): OpenAPIHono<AppEnv> {
  const router = createRouter();
  const { workspaces } = deps.database;
  const set = createRoute({
    method: 'put',
    path: '/workspaces/{id}',
    summary: 'Say which runtime a workspace has; its plugins are activated for it',
    tags: ['workspaces'],
    middleware: [workspaceScope('change'), limits.workspace, limitBody(deps.config.limits.bodyMaxBytes)],
    request: {
      params: z.object({ id: workspaceParam }),
      body: {
        required: true,
        content: {
          'application/json': { schema: z.strictObject({ runtime: runtimeText }).openapi('WorkspaceSettings') },
        },
      },
    },
    responses: describeResponses({ 200: { description: 'As it is now', schema: workspaceSchema } }, [403]),
  });
  router.openapi(set, async (context) => {
    const { id } = context.req.valid('param');
    const { runtime } = context.req.valid('json');
    const row = await workspaces.ensure({ id, runtime, createdAt: deps.now().toISOString() });
    await recordAudit(deps, context, { action: 'workspace-set', subject: `workspace:${id}`, detail: { runtime } });
    await settleWorkspace(deps, id);
    return context.json({ id, runtime: row.runtime, created_at: row.createdAt });
  });
  return router;
}
