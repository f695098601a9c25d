import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppEnv } from '../app-deps.js';
import { recordAudit } from '../audit/record-audit.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import { limitBody } from '../http/limit-body.js';
import type { RateLimits } from '../http/rate-limits.js';
import { auditCredentialUse } from './audit-credential-use.js';
import { installPlugin } from './install-plugin.js';
import { readOrder } from './read-order.js';
import { requestSignal } from './request-signal.js';
import { installAnswerSchema, workspaceParam } from './schemas.js';
import { settleWorkspace } from './settle-workspace.js';
import type { WorkspaceDeps } from './workspace-deps.js';
import { workspaceScope } from './workspace-scope.js';

const tags = ['workspaces'];
const bodySchema = z
  .strictObject({
    source: z.string().openapi({ example: 'github://alice/plugins//greeter#v1.0.0' }),
    integrity: z.string().max(200).optional().openapi({ example: 'h1:…' }),
  })
  .openapi('InstallRequest');

/** Installing into a workspace. */
export function createInstallRoute(deps: WorkspaceDeps, limits: RateLimits): OpenAPIHono<AppEnv> {
  const router = createRouter();
  const { sources } = deps.workspaces;
  const install = describeInstall(deps, limits);
  router.openapi(install, async (context) => {
    const { id } = context.req.valid('param');
    const { source, integrity } = context.req.valid('json');
    const order = readOrder(source, integrity, sources.schemes());
    const { record, displaced } = await installPlugin(deps, {
      workspace: id,
      order,
      signal: requestSignal(context, deps),
      onCredentialUse: auditCredentialUse(deps, context, id),
    });
    const { plugin, version, resolved, contentDigest, verification, keyId } = record;
    await recordAudit(deps, context, {
      action: 'install',
      subject: `workspace:${id}`,
      detail: { plugin, version, source: record.source, resolved, content_digest: contentDigest },
    });
    const { activated, restarted, warnings, kept } = await settleWorkspace(deps, id);
    return context.json({
      status: 'installed' as const,
      plugin,
      source: record.source,
      resolved,
      version,
      content_digest: contentDigest,
      verification,
      key_id: keyId,
      kept: [...displaced.kept, ...kept],
      kept_in: displaced.keptIn,
      activated,
      restarted,
      warnings: [...warnings],
    });
  });
  return router;
}

function describeInstall({ config }: WorkspaceDeps, limits: RateLimits) {
  return createRoute({
    method: 'post',
    path: '/workspaces/{id}/plugins',
    summary: 'Install a plugin from a source',
    tags,
    middleware: [workspaceScope('change'), limits.workspace, limitBody(config.limits.pluginInstallBodyMaxBytes)],
    request: {
      params: z.object({ id: workspaceParam }),
      body: { required: true, content: { 'application/json': { schema: bodySchema } } },
    },
    responses: describeResponses(
      { 200: { description: 'Installed', schema: installAnswerSchema } },
      [403, 404, 409, 413, 422, 502, 504],
    ),
  });
}
