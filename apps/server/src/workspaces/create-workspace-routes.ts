import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from '../app-deps.js';
import { createCredentialRoutes } from '../credentials/create-credential-routes.js';
import { createRouter } from '../http/create-router.js';
import type { RateLimits } from '../http/rate-limits.js';
import { createLocalPluginRoutes } from '../local-plugins/create-local-plugin-routes.js';
import { createCompatibilityRoute } from './create-compatibility-route.js';
import { createDownloadRoutes } from './create-download-routes.js';
import { createInstallRoute } from './create-install-route.js';
import { createListRoutes } from './create-list-routes.js';
import { createRemoveRoute } from './create-remove-route.js';
import { createSettingRoutes } from './create-setting-routes.js';
import type { WorkspaceDeps } from './workspace-deps.js';

/** Everything below `/plugins` and `/workspaces`. */
export function createWorkspaceRoutes(deps: WorkspaceDeps, limits: RateLimits): OpenAPIHono<AppEnv> {
  const router = createRouter();
  router.route('/', createLocalPluginRoutes(deps));
  router.route('/', createListRoutes(deps));
  router.route('/', createCompatibilityRoute(deps));
  router.route('/', createInstallRoute(deps, limits));
  router.route('/', createRemoveRoute(deps, limits));
  router.route('/', createDownloadRoutes(deps, limits));
  router.route('/', createSettingRoutes(deps, limits));
  router.route('/', createCredentialRoutes(deps, limits));
  return router;
}
