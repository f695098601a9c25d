import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../app-deps.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import { installedJson } from './installed-json.js';
import { listInstalled } from './list-installed.js';
import { installedSchema, runtimeText, workspaceParam } from './schemas.js';
import type { WorkspaceDeps } from './workspace-deps.js';
import { workspaceScope } from './workspace-scope.js';

/** What a workspace would lose with another runtime. */
export function createCompatibilityRoute(deps: WorkspaceDeps): OpenAPIHono<AppEnv> {
  const router = createRouter();
  const report = z
    .object({
      target_runtime: z.string(),
      compatible: z.array(installedSchema),
      incompatible: z.array(installedSchema),
      all_compatible: z.boolean(),
    })
    .openapi('Compatibility');
  const compatibility = createRoute({
    method: 'get',
    path: '/workspaces/{id}/plugins/compatibility',
    summary: 'Which plugins of a workspace another runtime could use',
    tags: ['workspaces'],
    middleware: [workspaceScope('see')],
    request: { params: z.object({ id: workspaceParam }), query: z.object({ runtime: runtimeText }) },
    responses: describeResponses({ 200: { description: 'Both kinds', schema: report } }, [403, 404]),
  });
  router.openapi(compatibility, async (context) => {
    const { runtime } = context.req.valid('query');
    const records = await listInstalled(deps, context.req.valid('param').id);
    const all = records.map((record) => installedJson(record, runtime));
    const incompatible = all.filter((plugin) => plugin.supported_on_runtime === false);
    const compatible = all.filter((plugin) => plugin.supported_on_runtime !== false);
    return context.json({
      target_runtime: runtime,
      compatible,
      incompatible,
      all_compatible: incompatible.length === 0,
    });
  });
  return router;
}
