import { AGENTMESH_VERSION } from '@agentmesh/manifest';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { assertAllowed } from '../http/auth.js';
import { createRouter } from '../http/create-router.js';
import { PAGE_POLICY } from '../web/page-policy.js';
import { type ApiDocument, DocsPage } from './docs-page.js';

/**
 * What an operator and a reader of the API needs: `/metrics`, `/openapi.json` and `/docs`, a page made of it.
 *
 * @param app the app whose routes are described; they are looked at when somebody first asks
 */
export function createOperationsRoutes({ metrics, config }: AppDeps, app: OpenAPIHono<AppEnv>): OpenAPIHono<AppEnv> {
  const router = createRouter();
  let described: { readonly json: string; readonly page: string } | undefined;
  const describe = () => {
    if (described === undefined) {
      const document = documentOf(app);
      described = { json: JSON.stringify(document), page: `<!doctype html>${<DocsPage document={document} />}` };
    }
    return described;
  };
  router.get('/metrics', async (context) => {
    if (config.metrics === 'token') assertAllowed(context.get('token'), 'read');
    const headers = { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' };
    return context.body(await metrics.render(), 200, headers);
  });
  router.get('/openapi.json', (context) =>
    context.body(describe().json, 200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' }),
  );
  router.get('/docs', (context) =>
    context.html(describe().page, 200, { 'Content-Security-Policy': PAGE_POLICY, 'Cache-Control': 'no-cache' }),
  );
  return router;
}

function documentOf(app: OpenAPIHono<AppEnv>): ApiDocument {
  app.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'amt_<id>_<secret>, made with POST /v1/tokens',
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'agentmesh server',
      version: AGENTMESH_VERSION,
      description:
        'A registry of agent plugins, and their installs into workspaces. Errors are application/problem+json.',
    },
  });
}
