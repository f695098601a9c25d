import { MarketplaceError } from '@agentmesh/errors';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../app-deps.js';
import { recordAudit } from '../audit/record-audit.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import { limitBody } from '../http/limit-body.js';
import type { RateLimits } from '../http/rate-limits.js';
import { workspaceParam } from '../workspaces/schemas.js';
import type { WorkspaceDeps } from '../workspaces/workspace-deps.js';
import { workspaceScope } from '../workspaces/workspace-scope.js';
import { checkCredentialHost } from './check-credential-host.js';
import { credentialPlace } from './workspace-credentials.js';

const tags = ['credentials'];
/** What a header can carry; the rest would end one, or begin another. */
const PRINTABLE = /^[\x21-\x7e]+$/;
const hostParam = z
  .string()
  .max(300)
  .openapi({ param: { name: 'host', in: 'path' }, example: 'git.example.com' });
const params = z.object({ id: workspaceParam, host: hostParam });
const bodySchema = z
  .strictObject({
    token: z.string().max(4_096).regex(PRINTABLE, 'expected printable ASCII without blanks'),
    username: z
      .string()
      .max(256)
      .regex(/^[\x21-\x39\x3b-\x7e]+$/, 'expected printable ASCII without blanks and colons')
      .optional(),
  })
  .openapi('Credential');
const rowSchema = z
  .object({
    host: z.string(),
    username: z.string().optional(),
    created_at: z.string(),
    last_used_at: z.string().optional(),
  })
  .openapi('CredentialInfo');

/** Credentials of a workspace for private sources: set, removed and listed, and never told. */
export function createCredentialRoutes(deps: WorkspaceDeps, limits: RateLimits): OpenAPIHono<AppEnv> {
  const router = createRouter();
  const rows = deps.database.credentials;
  const middleware = [workspaceScope('change'), limits.workspace, limitBody(deps.config.limits.bodyMaxBytes)];
  const list = createRoute({
    method: 'get',
    path: '/workspaces/{id}/credentials',
    summary: 'The hosts that a workspace has credentials for',
    tags,
    middleware: [workspaceScope('change')],
    request: { params: z.object({ id: workspaceParam }) },
    responses: describeResponses({ 200: { description: 'Without any secret', schema: z.array(rowSchema) } }, [403]),
  });
  router.openapi(list, async (context) => {
    const listed = await rows.list(context.req.valid('param').id);
    return context.json(
      listed.map(({ host, username, createdAt, lastUsedAt }) => ({
        host,
        username,
        created_at: createdAt,
        last_used_at: lastUsedAt,
      })),
    );
  });
  const set = createRoute({
    method: 'put',
    path: '/workspaces/{id}/credentials/{host}',
    summary: 'Set the credential for a host; one that may only read is enough',
    tags,
    middleware,
    request: { params, body: { required: true, content: { 'application/json': { schema: bodySchema } } } },
    responses: describeResponses({ 204: { description: 'Set' } }, [403, 413]),
  });
  router.openapi(set, async (context) => {
    const { id, host } = context.req.valid('param');
    const { token, username } = context.req.valid('json');
    const place = credentialPlace(id, checkCredentialHost(host));
    const createdAt = deps.now().toISOString();
    await deps.database.workspaces.ensure({ id, createdAt });
    await rows.put({
      workspace: id,
      host,
      scheme: 'https',
      ...(username === undefined ? {} : { username }),
      sealed: deps.workspaces.sealer.seal(token, place),
      createdAt,
    });
    await recordAudit(deps, context, { action: 'credential-set', subject: `workspace:${id}`, detail: { host } });
    return context.body(null, 204);
  });
  addRemoval(router, deps, limits);
  return router;
}

/** Removing one. */
function addRemoval(router: OpenAPIHono<AppEnv>, deps: WorkspaceDeps, limits: RateLimits): void {
  const rows = deps.database.credentials;
  const remove = createRoute({
    method: 'delete',
    path: '/workspaces/{id}/credentials/{host}',
    summary: 'Remove the credential for a host',
    tags,
    middleware: [workspaceScope('change'), limits.workspace],
    request: { params },
    responses: describeResponses({ 204: { description: 'Removed' } }, [403, 404]),
  });
  router.openapi(remove, async (context) => {
    const { id, host } = context.req.valid('param');
    if (!(await rows.remove(id, checkCredentialHost(host), 'https'))) throw notFound(host);
    await recordAudit(deps, context, { action: 'credential-remove', subject: `workspace:${id}`, detail: { host } });
    return context.body(null, 204);
  });
}

function notFound(host: string): MarketplaceError {
  return new MarketplaceError(`This workspace has no credential for ${host}`, {
    code: 'CREDENTIAL_NOT_FOUND',
    hint: 'GET /workspaces/:id/credentials lists those that it has.',
  });
}
