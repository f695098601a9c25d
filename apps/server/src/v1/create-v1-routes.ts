import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { createRouter } from '../http/create-router.js';
import { createArtifactRoutes } from './create-artifact-routes.js';
import { createAuditRoutes } from './create-audit-routes.js';
import { createNamesRoute } from './create-names-route.js';
import { createOwnerRoutes } from './create-owner-routes.js';
import { createPublishRoutes } from './create-publish-routes.js';
import { createReadRoutes } from './create-read-routes.js';
import { createStatusRoutes } from './create-status-routes.js';
import { createTokenRoutes } from './create-token-routes.js';

/** The registry over HTTP: everything below `/v1`. */
export function createV1Routes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const router = createRouter();
  for (const create of [
    // First: its path would also be that of a version.
    createOwnerRoutes,
    createReadRoutes,
    createNamesRoute,
    createArtifactRoutes,
    createPublishRoutes,
    createStatusRoutes,
    createTokenRoutes,
    createAuditRoutes,
  ]) {
    router.route('/', create(deps));
  }
  return router;
}
