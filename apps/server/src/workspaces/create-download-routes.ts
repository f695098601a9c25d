import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../app-deps.js';
import { assertAllowed } from '../http/auth.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import type { RateLimits } from '../http/rate-limits.js';
import { auditCredentialUse } from './audit-credential-use.js';
import { packDownload } from './pack-download.js';
import { readOrder } from './read-order.js';
import { requestSignal } from './request-signal.js';
import { pluginParam, workspaceParam } from './schemas.js';
import type { WorkspaceDeps } from './workspace-deps.js';
import { workspaceScope } from './workspace-scope.js';

/** Clients take few kilobytes of headers. */
const MAX_HEADER = 1_000;

/** Plugins as archives, for agents that fetch them by themselves. */
export function createDownloadRoutes(deps: WorkspaceDeps, limits: RateLimits): OpenAPIHono<AppEnv> {
  const router = createRouter();
  const download = createRoute({
    method: 'get',
    path: '/workspaces/{id}/plugins/{name}/download',
    summary: 'A plugin as an archive: the installed one, else the local one, or one of a source',
    tags: ['workspaces'],
    middleware: [workspaceScope('see'), limits.workspace],
    request: {
      params: z.object({ id: workspaceParam, name: pluginParam }),
      query: z.object({
        source: z.string().max(65_536).optional().openapi({ description: 'fetched and checked as by an install' }),
      }),
    },
    responses: describeResponses(
      { 200: { description: 'All of the archive', schema: z.string(), mediaType: 'application/gzip' } },
      [403, 404, 413, 422, 502, 504],
    ),
  });
  router.openapi(download, async (context) => {
    const { id, name } = context.req.valid('param');
    const { source } = context.req.valid('query');
    // Fetching uses the workspace's credentials, which is more than seeing what is there.
    if (source !== undefined) assertAllowed(context.get('token'), `install:${id}`);
    const schemes = deps.workspaces.sources.schemes();
    const packed = await packDownload(deps, {
      workspace: id,
      name,
      order: source === undefined ? undefined : readOrder(source, undefined, schemes),
      signal: requestSignal(context, deps),
      onCredentialUse: auditCredentialUse(deps, context, id),
    });
    return context.body(packed.stream, 200, {
      'Content-Type': 'application/gzip',
      'Content-Length': String(packed.size),
      'Content-Disposition': `attachment; filename="${name}.tar.gz"`,
      'Cache-Control': 'no-store',
      'Repr-Digest': `sha-512=:${packed.integrity.slice('sha512-'.length)}:`,
      'X-Plugin-Name': name,
      'X-Plugin-Source': encodeURI(packed.source.slice(0, MAX_HEADER).toWellFormed()),
    });
  });
  return router;
}
