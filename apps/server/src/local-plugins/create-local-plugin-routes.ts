import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../app-deps.js';
import { requireScope } from '../http/auth.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import { pluginInfoSchema, runtimeText } from '../workspaces/schemas.js';
import type { WorkspaceDeps } from '../workspaces/workspace-deps.js';
import { listLocalPlugins } from './list-local-plugins.js';
import { supportsRuntime } from './plugin-info.js';

const tags = ['workspaces'];

/** What could be installed: the schemes of sources, and the plugins of the local folder. */
export function createLocalPluginRoutes(deps: WorkspaceDeps): OpenAPIHono<AppEnv> {
  const router = createRouter();
  const middleware = [requireScope(deps, 'read')];
  const schemes = z.object({ schemes: z.array(z.string()) }).openapi('Sources');
  const sources = createRoute({
    method: 'get',
    path: '/plugins/sources',
    summary: 'The schemes that workspaces install from',
    tags,
    middleware,
    responses: describeResponses({ 200: { description: 'Sorted, exactly those that are wired', schema: schemes } }),
  });
  router.openapi(sources, (context) => context.json({ schemes: [...deps.workspaces.sources.schemes()] }));
  const list = createRoute({
    method: 'get',
    path: '/plugins',
    summary: 'The plugins of the local folder',
    tags,
    middleware,
    request: { query: z.object({ runtime: runtimeText.optional() }) },
    responses: describeResponses({
      200: { description: 'By name; with a runtime, those that work with it', schema: z.array(pluginInfoSchema) },
    }),
  });
  router.openapi(list, async (context) => {
    const { runtime } = context.req.valid('query');
    const all = await listLocalPlugins(deps.config.pluginsDir);
    return context.json(runtime === undefined ? all : all.filter((plugin) => supportsRuntime(plugin, runtime)));
  });
  return router;
}
