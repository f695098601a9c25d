import { MarketplaceError } from '@agentmesh/errors';
import { isPluginName } from '@agentmesh/manifest';
import { type RegistryEntry, type StatusAction, statusActionBytes } from '@agentmesh/registry';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { recordAudit } from '../audit/record-audit.js';
import { assertAllowed } from '../http/auth.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import { limitBody } from '../http/limit-body.js';
import { entryJson } from './entry-json.js';
import { entrySchema, nameParam, timeParam, versionParam } from './schemas.js';

const ACTIONS = ['deprecate', 'yank', 'restore'] as const;
const VALID_MS = 5 * 60_000;
const MAX_REASON = 1000;

const params = z.object({ name: nameParam, version: versionParam });

const signed = z
  .object({
    at: timeParam.openapi({ description: 'when it was signed; good for five minutes' }),
    signature: z.string().regex(/^[A-Za-z0-9+/]{86}==$/, 'expected 64 bytes in base64'),
  })
  .openapi({ description: "an owner's signature, in the place of an admin's token" });

const body = z
  .object({
    reason: z.string().min(1).max(MAX_REASON).optional(),
    successor: z.string().refine(isPluginName, 'expected the name of a plugin').optional(),
    signed: signed.optional(),
  })
  .openapi('StatusChange');

type Change = Omit<StatusAction, 'at'>;

/** Deprecating, yanking and restoring versions, for an admin or an owner of the name. */
export function createStatusRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const router = createRouter();
  for (const action of ACTIONS) {
    const route = createRoute({
      method: 'post',
      path: `/v1/plugins/{name}/{version}/${action}`,
      summary: SUMMARIES[action],
      tags: ['publishing'],
      security: [{ token: [] }, {}],
      middleware: [limitBody(deps.config.limits.bodyMaxBytes)],
      request: { params, body: { content: { 'application/json': { schema: body } }, required: true } },
      responses: describeResponses(
        { 200: { description: 'The version as it is now', schema: entrySchema } },
        [403, 404, 413, 422],
      ),
    });
    router.openapi(route, async (context) => {
      const { name, version } = context.req.valid('param');
      const { reason, successor, signed: proof } = context.req.valid('json');
      if (action !== 'restore' && reason === undefined) throw withoutReason(action);
      const change: Change = {
        action,
        name,
        version,
        ...(reason === undefined ? {} : { reason }),
        ...(successor === undefined ? {} : { successor }),
      };
      const keyId = await authorize(deps, context, change, proof);
      const entry = await apply(deps, change);
      const detail = { reason: reason ?? null, successor: successor ?? null };
      await recordAudit(deps, context, { action, subject: `plugin:${name}@${version}`, keyId, detail });
      return context.json(entryJson(entry), 200);
    });
  }
  return router;
}

const SUMMARIES = {
  deprecate: 'Warn everybody off a version; it still installs',
  yank: 'Hide a version from all who do not ask for exactly it',
  restore: 'Make a version active again',
} as const;

/** The id of the owner's key that signed; undefined for an admin. */
async function authorize(
  { registry, now }: AppDeps,
  context: Context<AppEnv>,
  change: Change,
  proof: z.infer<typeof signed> | undefined,
): Promise<string | undefined> {
  if (proof === undefined) {
    assertAllowed(context.get('token'), 'admin');
    return undefined;
  }
  if (Math.abs(Date.parse(proof.at) - now().getTime()) > VALID_MS) throw tooOld();
  const bytes = statusActionBytes({ ...change, at: proof.at });
  const owner = await registry.findOwner(change.name, bytes, Buffer.from(proof.signature, 'base64'));
  if (owner === undefined) {
    throw new MarketplaceError('No owner of the name signed exactly this', {
      code: 'SIGNATURE_INVALID',
      hint: 'Sign the action, name, version, reason, successor and time that are sent, with a key that owns the name.',
    });
  }
  return owner.keyId;
}

async function apply(
  { registry }: AppDeps,
  { action, name, version, reason = '', successor }: Change,
): Promise<RegistryEntry> {
  if (action === 'yank') return registry.yank(name, version, { reason });
  if (action === 'restore') return registry.restore(name, version);
  return registry.deprecate(name, version, { reason, ...(successor === undefined ? {} : { successor }) });
}

function tooOld(): MarketplaceError {
  return new MarketplaceError('The signature was made more than five minutes ago, or in the future', {
    code: 'SIGNATURE_INVALID',
    hint: 'Sign again; set the clock when it is wrong.',
  });
}

function withoutReason(action: string): MarketplaceError {
  return new MarketplaceError(`Expected a reason to ${action} a version, got none`, {
    code: 'REQUEST_INVALID',
    hint: 'Say it in "reason": whoever uses the version will read it.',
  });
}
