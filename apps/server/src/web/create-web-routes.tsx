import { compareVersions } from '@agentmesh/manifest';
import { latestVersion, type RegistryEntry } from '@agentmesh/registry';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { requireScope } from '../http/auth.js';
import { createRouter } from '../http/create-router.js';
import { cursorParam, line, nameParam, typeParam, versionParam } from '../v1/schemas.js';
import { listInstalled } from '../workspaces/list-installed.js';
import { workspaceParam } from '../workspaces/schemas.js';
import { workspaceScope } from '../workspaces/workspace-scope.js';
import { addAssets } from './add-assets.js';
import { handlePageError } from './handle-page-error.js';
import { PAGE_POLICY } from './page-policy.js';
import { PluginPage } from './plugin-page.js';
import { createReadmeCache } from './readme-cache.js';
import { SearchPage } from './search-page.js';
import { SourcesPage } from './sources-page.js';
import { WorkspacePage } from './workspace-page.js';

const RESULTS = 30;
const MOST_DEPENDENTS = 100;

/** Of every page; the API's description does not list them. */
const page = { method: 'get', hide: true, responses: { 200: { description: 'A page' } } } as const;
const query = z.object({
  q: line.default(''),
  type: z.union([z.literal('').transform(() => undefined), typeParam]).optional(),
  cursor: cursorParam.optional(),
});
const named = z.object({ name: nameParam });
const versioned = z.object({ name: nameParam, version: versionParam });

/** Pages for people: search, a plugin, a workspace, the sources. They need no scripts, and no build. */
export function createWebRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const router = createRouter();
  router.onError(handlePageError(deps));
  addAssets(router);
  addSearch(router, deps);
  addPlugin(router, deps);
  addOthers(router, deps);
  return router;
}

function addSearch(router: OpenAPIHono<AppEnv>, deps: AppDeps): void {
  const route = createRoute({ ...page, path: '/', middleware: [requireScope(deps, 'read')], request: { query } });
  router.openapi(route, async (context) => {
    const { q: text, type, cursor } = context.req.valid('query');
    const results = await deps.registry.searchPage({
      text,
      limit: RESULTS,
      ...(type === undefined ? {} : { type }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    return show(context, <SearchPage search={{ text, type }} results={results} />);
  });
}

function addPlugin(router: OpenAPIHono<AppEnv>, deps: AppDeps): void {
  const readme = createReadmeCache(deps.registry);
  const middleware = [requireScope(deps, 'read')];
  const latest = createRoute({ ...page, path: '/p/{name}', middleware, request: { params: named } });
  router.openapi(latest, (context) => showPlugin(context, { deps, readme, ...context.req.valid('param') }));
  const exact = createRoute({ ...page, path: '/p/{name}/{version}', middleware, request: { params: versioned } });
  router.openapi(exact, (context) => showPlugin(context, { deps, readme, ...context.req.valid('param') }));
}

interface Shown {
  readonly deps: AppDeps;
  readonly readme: ReturnType<typeof createReadmeCache>;
  readonly name: string;
  readonly version?: string;
}

async function showPlugin(context: Context<AppEnv>, { deps, readme, name, version }: Shown): Promise<Response> {
  const { registry, config } = deps;
  const [versions, { items }] = await Promise.all([
    registry.versions(name),
    registry.searchPage({ dependsOn: name, limit: MOST_DEPENDENTS }),
  ]);
  const entry = findVersion(versions, version) ?? (await registry.getEntry(name, version));
  const origin = config.publicUrl ?? new URL(context.req.url).origin;
  return show(
    context,
    <PluginPage
      entry={entry}
      versions={versions.toSorted((a, b) => compareVersions(b.manifest.version, a.manifest.version))}
      dependents={items.map(({ manifest }) => manifest.name)}
      readme={await readme(entry)}
      origin={origin}
    />,
  );
}

/** The version that was asked for, or the one that the name stands for. */
function findVersion(versions: readonly RegistryEntry[], version: string | undefined): RegistryEntry | undefined {
  if (version !== undefined) return versions.find((entry) => entry.manifest.version === version);
  const states = versions.map((entry) => ({ entry, version: entry.manifest.version, state: entry.status.state }));
  return latestVersion(states)?.entry;
}

function addOthers(router: OpenAPIHono<AppEnv>, deps: AppDeps): void {
  const sources = createRoute({ ...page, path: '/sources', middleware: [requireScope(deps, 'read')] });
  router.openapi(sources, (context) => show(context, <SourcesPage schemes={deps.workspaces.sources.schemes()} />));
  const workspace = createRoute({
    ...page,
    path: '/w/{id}',
    middleware: [workspaceScope('see')],
    request: { params: z.object({ id: workspaceParam }) },
  });
  router.openapi(workspace, async (context) => {
    const { id } = context.req.valid('param');
    const plugins = await listInstalled(deps, id);
    const runtime = (await deps.database.workspaces.find(id))?.runtime;
    return show(context, <WorkspacePage id={id} runtime={runtime} plugins={plugins} />);
  });
}

function show(context: Context<AppEnv>, page: Child): Response | Promise<Response> {
  context.header('Content-Security-Policy', PAGE_POLICY);
  context.header('Cache-Control', 'private, no-cache');
  return context.html(`<!doctype html>${page}`);
}
