import { latestVersion, type RegistryEntry } from '@agentmesh/registry';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { answerJson, answerRendered } from '../http/answer-json.js';
import { createAnswerMemory } from '../http/answer-memory.js';
import { requireScope } from '../http/auth.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import { entryJson, ownerJson } from './entry-json.js';
import {
  cursorParam,
  entrySchema,
  line,
  nameParam,
  nameText,
  pageSchema,
  pluginSchema,
  searchText,
  timeParam,
  typeParam,
  versionParam,
} from './schemas.js';

const MOST = 100;
const USUAL = 30;

const searched = z.enum(['keywords', 'capabilities']);
const tags = ['registry'];

const query = z.object({
  q: searchText.optional().openapi({ description: 'part of the name or the description' }),
  type: typeParam.optional(),
  in: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(searched))
    .optional()
    .openapi({ type: 'string', description: 'what is searched besides: keywords, capabilities, separated by a comma' }),
  organization: line.optional().openapi({ description: 'only what is public or belongs to it' }),
  latest_only: z.enum(['true', 'false']).optional().openapi({ description: 'false: every version' }),
  depends_on: nameText.optional().openapi({ description: 'only what depends on this name' }),
  updated_since: timeParam.optional().openapi({ description: 'only what was published or changed since' }),
  cursor: cursorParam.optional(),
  limit: z.coerce.number().int().min(1).max(MOST).optional(),
});

/** Searching and reading the registry. */
export function createReadRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const router = createRouter();
  addSearch(router, deps);
  addPlugin(router, deps);
  addVersion(router, deps);
  return router;
}

function addSearch(router: OpenAPIHono<AppEnv>, deps: AppDeps): void {
  const route = createRoute({
    method: 'get',
    path: '/v1/plugins',
    summary: 'Search the latest versions of all plugins',
    tags,
    middleware: [requireScope(deps, 'read')],
    request: { query },
    responses: describeResponses({
      200: { description: 'A page; with a cursor when there is more', schema: pageSchema },
    }),
  });
  router.openapi(route, async (context) => {
    const { q, type, organization, in: places, cursor, limit = USUAL, ...rest } = context.req.valid('query');
    const { updated_since: updatedSince, latest_only: latestOnly, depends_on: dependsOn } = rest;
    const page = await deps.registry.searchPage({
      limit,
      ...(q === undefined ? {} : { text: q }),
      ...(type === undefined ? {} : { type }),
      ...(organization === undefined ? {} : { organization }),
      ...(latestOnly === undefined ? {} : { latestOnly: latestOnly === 'true' }),
      ...(places === undefined ? {} : { in: places }),
      ...(dependsOn === undefined ? {} : { dependsOn }),
      ...(updatedSince === undefined ? {} : { updatedSince: new Date(updatedSince).toISOString() }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    return answerJson(context, { items: page.items.map(entryJson), cursor: page.cursor });
  });
}

function addPlugin(router: OpenAPIHono<AppEnv>, deps: AppDeps): void {
  const { registry } = deps;
  const memory = createAnswerMemory(registry);
  const route = createRoute({
    method: 'get',
    path: '/v1/plugins/{name}',
    summary: 'Every version and owner of a name',
    tags,
    middleware: [requireScope(deps, 'read')],
    request: { params: z.object({ name: nameParam }) },
    responses: describeResponses({ 200: { description: 'The name', schema: pluginSchema } }, [404]),
  });
  router.openapi(route, async (context) => {
    const { name } = context.req.valid('param');
    const answer = await memory.answer(name, async () => {
      const versions = await registry.versions(name);
      // Asked for its error, which knows the name that was probably meant.
      if (versions.length === 0) await registry.getEntry(name);
      const owners = (await registry.owners(name)).map(ownerJson);
      return { name, owners, versions: versions.map(entryJson), latest: latestOf(versions) };
    });
    return answerRendered(context, answer);
  });
}

function addVersion(router: OpenAPIHono<AppEnv>, deps: AppDeps): void {
  const route = createRoute({
    method: 'get',
    path: '/v1/plugins/{name}/{version}',
    summary: 'One version, yanked or not',
    tags,
    middleware: [requireScope(deps, 'read')],
    request: { params: z.object({ name: nameParam, version: versionParam }) },
    responses: describeResponses({ 200: { description: 'The version', schema: entrySchema } }, [404]),
  });
  router.openapi(route, async (context) => {
    const { name, version } = context.req.valid('param');
    return answerJson(context, entryJson(await deps.registry.getEntry(name, version)));
  });
}

function latestOf(versions: readonly RegistryEntry[]): string | undefined {
  const states = versions.map((entry) => ({ version: entry.manifest.version, state: entry.status.state }));
  return latestVersion(states)?.version;
}
