import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../app-deps.js';
import { assertAllowed } from '../http/auth.js';
import { checkWorkspaceId } from '../targets/check-workspace-id.js';
import { allows } from '../tokens/scopes.js';

/**
 * Lets a request pass that may see, or change, the workspace of its path. Seeing needs `read` or the workspace's `install` scope, whatever
 * others may read anonymously: what a tenant has installed is nobody else's business.
 *
 * @throws MarketplaceError `WORKSPACE_INVALID`, `TOKEN_REQUIRED`, `SCOPE_MISSING`
 */
export function workspaceScope(need: 'see' | 'change'): MiddlewareHandler<AppEnv> {
  return createMiddleware<AppEnv>(async (context, next) => {
    const id = checkWorkspaceId(context.req.param('id') ?? '');
    const token = context.get('token');
    const reads = need === 'see' && token !== undefined && token.scopes.includes('read');
    if (!reads || !allows(token.scopes, 'read')) assertAllowed(token, `install:${id}`);
    await next();
  });
}
