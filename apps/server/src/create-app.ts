import { MarketplaceError, printable } from '@agentmesh/errors';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDeps, AppEnv } from './app-deps.js';
import { authenticate } from './http/auth.js';
import { answer, handleError } from './http/handle-error.js';
import { problemOf } from './http/problem.js';
import { createRateLimits } from './http/rate-limits.js';
import { refuseInvalid } from './http/refuse-invalid.js';
import { requestContext } from './http/request-context.js';
import { securityHeaders } from './http/security-headers.js';
import { createHealthRoutes } from './operations/create-health-routes.js';
import { createOperationsRoutes } from './operations/create-operations-routes.js';
import { createV1Routes } from './v1/create-v1-routes.js';
import { createWebRoutes } from './web/create-web-routes.js';
import { createWorkspaceRoutes } from './workspaces/create-workspace-routes.js';

/** The whole server as a function from requests to answers; it needs no port. Order counts: what stands first sees all. */
export function createApp(deps: AppDeps): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
  app.onError(handleError(deps));
  app.notFound((context) => answer(context, problemOf(routeNotFound(context.req.path), context.get('requestId'))));
  app.use(requestContext(deps), securityHeaders());
  app.route('/', createHealthRoutes(deps));
  const limits = createRateLimits(deps);
  app.use(limits.anybody, authenticate(deps), limits.token);
  app.route('/', createOperationsRoutes(deps, app));
  app.route('/', createV1Routes(deps));
  app.route('/', createWorkspaceRoutes(deps, limits));
  app.route('/', createWebRoutes(deps));
  return app;
}

function routeNotFound(path: string): MarketplaceError {
  return new MarketplaceError(`There is nothing at ${printable(path)}`, {
    code: 'ROUTE_NOT_FOUND',
    hint: 'GET /openapi.json lists every route.',
  });
}
