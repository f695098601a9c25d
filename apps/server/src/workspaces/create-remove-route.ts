import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../app-deps.js';
import { recordAudit } from '../audit/record-audit.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import type { RateLimits } from '../http/rate-limits.js';
import { approveRemoval } from './approve-install.js';
import { requestSignal } from './request-signal.js';
import { pluginParam, removeAnswerSchema, workspaceParam } from './schemas.js';
import { settleWorkspace } from './settle-workspace.js';
import type { WorkspaceDeps } from './workspace-deps.js';
import { workspaceScope } from './workspace-scope.js';

/** Removing from a workspace. */
export function createRemoveRoute(deps: WorkspaceDeps, limits: RateLimits): OpenAPIHono<AppEnv> {
  const router = createRouter();
  const { target } = deps.workspaces;
  const remove = createRoute({
    method: 'delete',
    path: '/workspaces/{id}/plugins/{name}',
    summary: 'Remove a plugin; what somebody changed is kept beside it',
    tags: ['workspaces'],
    middleware: [workspaceScope('change'), limits.workspace],
    request: {
      params: z.object({ id: workspaceParam, name: pluginParam }),
      query: z.object({ force: z.enum(['true', 'false']).optional() }),
    },
    responses: describeResponses({ 200: { description: 'Removed', schema: removeAnswerSchema } }, [403, 404, 409, 502]),
  });
  router.openapi(remove, async (context) => {
    const { id, name } = context.req.valid('param');
    const force = context.req.valid('query').force === 'true';
    const displaced = await target.remove(id, name, {
      signal: requestSignal(context, deps),
      ...(force ? {} : { approve: (installed) => approveRemoval(installed, name) }),
    });
    await deps.database.installs.remove(id, name);
    await recordAudit(deps, context, {
      action: 'uninstall',
      subject: `workspace:${id}`,
      detail: { plugin: name, kept: displaced.kept.length },
    });
    const { activated, restarted, warnings, kept } = await settleWorkspace(deps, id);
    return context.json({
      status: 'uninstalled' as const,
      plugin: name,
      kept: [...displaced.kept, ...kept],
      kept_in: displaced.keptIn,
      activated,
      restarted,
      warnings: [...warnings],
    });
  });
  return router;
}
