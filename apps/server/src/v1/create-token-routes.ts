import { MarketplaceError } from '@agentmesh/errors';
import type { TokenRow } from '@agentmesh/registry-sql';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { recordAudit } from '../audit/record-audit.js';
import { assertAllowed, requireScope } from '../http/auth.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import { limitBody } from '../http/limit-body.js';
import { mintToken } from '../tokens/access-token.js';
import { SCOPE } from '../tokens/scopes.js';
import { line, timeParam } from './schemas.js';

const MOST_SCOPES = 50;
const tags = ['tokens'];
const security = [{ token: [] }];

const tokenSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    scopes: z.array(z.string()),
    created_at: z.string(),
    expires_at: z.string().optional(),
    revoked_at: z.string().optional(),
  })
  .openapi('Token');

const minted = tokenSchema
  .extend({ token: z.string().openapi({ description: 'what its holder sends; said only this once' }) })
  .openapi('NewToken');

const wish = z
  .object({
    label: line.min(1),
    scopes: z
      .array(z.string().regex(SCOPE, 'expected read, publish, install:<workspace>, install:* or admin'))
      .min(1)
      .max(MOST_SCOPES),
    expires_at: timeParam.optional(),
  })
  .openapi('TokenWish');

/** Tokens: made, listed and revoked by an admin. */
export function createTokenRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const router = createRouter();
  addMake(router, deps);
  addList(router, deps);
  addCurrent(router);
  addRevoke(router, deps);
  return router;
}

function addMake(router: OpenAPIHono<AppEnv>, deps: AppDeps): void {
  const { database, now, config } = deps;
  const route = createRoute({
    method: 'post',
    path: '/v1/tokens',
    summary: 'Make a token',
    tags,
    security,
    middleware: [requireScope(deps, 'admin'), limitBody(config.limits.bodyMaxBytes)],
    request: { body: { content: { 'application/json': { schema: wish } }, required: true } },
    responses: describeResponses({ 201: { description: 'The token', schema: minted } }, [403, 413]),
  });
  router.openapi(route, async (context) => {
    const { label, scopes, expires_at: expiresAt } = context.req.valid('json');
    const { id, text, hash } = mintToken();
    const created = { id, hash, label, scopes: [...new Set(scopes)], createdAt: now().toISOString() };
    const row = expiresAt === undefined ? created : { ...created, expiresAt: new Date(expiresAt).toISOString() };
    await database.tokens.add(row);
    const detail = { label, scopes: row.scopes, expires_at: expiresAt ?? null };
    await recordAudit(deps, context, { action: 'token-create', subject: `token:${id}`, detail });
    context.header('Cache-Control', 'no-store');
    return context.json({ ...tokenJson(row), token: text }, 201);
  });
}

function addList(router: OpenAPIHono<AppEnv>, deps: AppDeps): void {
  const route = createRoute({
    method: 'get',
    path: '/v1/tokens',
    summary: 'All tokens, without their secrets',
    tags,
    security,
    middleware: [requireScope(deps, 'admin')],
    responses: describeResponses(
      { 200: { description: 'The tokens', schema: z.object({ items: z.array(tokenSchema) }) } },
      [403],
    ),
  });
  router.openapi(route, async (context) => {
    context.header('Cache-Control', 'no-store');
    return context.json({ items: (await deps.database.tokens.list()).map(tokenJson) }, 200);
  });
}

function addCurrent(router: OpenAPIHono<AppEnv>): void {
  const route = createRoute({
    method: 'get',
    path: '/v1/tokens/current',
    summary: 'The token that this request is sent with',
    tags,
    security,
    responses: describeResponses({ 200: { description: 'The token', schema: tokenSchema } }),
  });
  router.openapi(route, async (context) => {
    const token = context.get('token');
    assertAllowed(token, 'read');
    context.header('Cache-Control', 'no-store');
    // Without a token the line above throws.
    return context.json(token === undefined ? {} : tokenJson(token), 200);
  });
}

function addRevoke(router: OpenAPIHono<AppEnv>, deps: AppDeps): void {
  const { database, now } = deps;
  const route = createRoute({
    method: 'delete',
    path: '/v1/tokens/{id}',
    summary: 'Revoke a token; one may revoke itself',
    tags,
    security,
    request: { params: z.object({ id: z.string().regex(/^[0-9a-f]{12}$/, 'expected the id of a token') }) },
    responses: describeResponses({ 204: { description: 'It is revoked' } }, [403, 404]),
  });
  router.openapi(route, async (context) => {
    const { id } = context.req.valid('param');
    const token = context.get('token');
    assertAllowed(token, token?.id === id ? 'read' : 'admin');
    if (!(await database.tokens.revoke(id, now().toISOString()))) throw noToken(id);
    await recordAudit(deps, context, { action: 'token-revoke', subject: `token:${id}` });
    return context.body(null, 204);
  });
}

function tokenJson({ id, label, scopes, createdAt, expiresAt, revokedAt }: TokenRow): z.infer<typeof tokenSchema> {
  return {
    id,
    label,
    scopes: [...scopes],
    created_at: createdAt,
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
    ...(revokedAt === undefined ? {} : { revoked_at: revokedAt }),
  };
}

function noToken(id: string): MarketplaceError {
  return new MarketplaceError(`There is no token ${id} in force`, {
    code: 'TOKEN_NOT_FOUND',
    hint: 'GET /v1/tokens lists them.',
  });
}
