import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../app-deps.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import { listLocalPlugins } from '../local-plugins/list-local-plugins.js';
import { supportsRuntime } from '../local-plugins/plugin-info.js';
import { installedJson } from './installed-json.js';
import { listInstalled } from './list-installed.js';
import { installedSchema, pluginInfoSchema, workspaceParam } from './schemas.js';
import type { WorkspaceDeps } from './workspace-deps.js';
import { workspaceScope } from './workspace-scope.js';

const tags = ['workspaces'];
const params = z.object({ id: workspaceParam });

/** What a workspace has, and could have. */
export function createListRoutes(deps: WorkspaceDeps): OpenAPIHono<AppEnv> {
  const router = createRouter();
  const middleware = [workspaceScope('see')];
  const runtimeOf = async (id: string) => (await deps.database.workspaces.find(id))?.runtime;
  const installed = createRoute({
    method: 'get',
    path: '/workspaces/{id}/plugins',
    summary: 'The plugins of a workspace',
    tags,
    middleware,
    request: { params },
    responses: describeResponses({ 200: { description: 'By name', schema: z.array(installedSchema) } }, [403, 404]),
  });
  router.openapi(installed, async (context) => {
    const { id } = context.req.valid('param');
    const runtime = await runtimeOf(id);
    return context.json((await listInstalled(deps, id)).map((record) => installedJson(record, runtime)));
  });
  const available = createRoute({
    method: 'get',
    path: '/workspaces/{id}/plugins/available',
    summary: "The plugins of the local folder that work with the workspace's runtime",
    tags,
    middleware,
    request: { params },
    responses: describeResponses({ 200: { description: 'By name', schema: z.array(pluginInfoSchema) } }, [403]),
  });
  router.openapi(available, async (context) => {
    const runtime = await runtimeOf(context.req.valid('param').id);
    const all = await listLocalPlugins(deps.config.pluginsDir);
    return context.json(runtime === undefined ? all : all.filter((plugin) => supportsRuntime(plugin, runtime)));
  });
  return router;
}
