import { keyId } from '@agentmesh/signing';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { recordAudit } from '../audit/record-audit.js';
import { answerJson } from '../http/answer-json.js';
import { requireScope } from '../http/auth.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import { limitBody } from '../http/limit-body.js';
import { ownerJson } from './entry-json.js';
import { readSentKey } from './public-key-header.js';
import { nameParam, ownerSchema } from './schemas.js';

const tags = ['publishing'];
const path = '/v1/plugins/{name}/owners';
const params = z.object({ name: nameParam });
const answer = { 200: { description: 'The owners', schema: z.object({ owners: z.array(ownerSchema) }) } };

const addition = z
  .object({
    public_key: z.string().max(1000).openapi({ description: 'the new owner: SPKI, base64 of DER or PEM' }),
    grant: z
      .string()
      .regex(/^[A-Za-z0-9+/]{86}==$/, 'expected 64 bytes in base64')
      .openapi({
        description: 'signature of an owner under {"action":"owner-add","key_id":"SHA256:…","name":"…"}',
      }),
  })
  .openapi('OwnerAddition');

/** Who may publish under a name. An owner lets another one in by a signature, which needs no token. */
export function createOwnerRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const { registry } = deps;
  const router = createRouter();
  const list = createRoute({
    method: 'get',
    path,
    summary: 'The keys that may publish under a name',
    tags,
    middleware: [requireScope(deps, 'read')],
    request: { params },
    responses: describeResponses(answer, [404]),
  });
  router.openapi(list, async (context) => {
    const { name } = context.req.valid('param');
    const owners = await registry.owners(name);
    // Asked for its error: a name without owners may be none at all.
    if (owners.length === 0 && (await registry.versions(name)).length === 0) await registry.getEntry(name);
    return answerJson(context, { owners: owners.map(ownerJson) });
  });
  const add = createRoute({
    method: 'post',
    path,
    summary: 'Let another key publish under a name',
    tags,
    middleware: [limitBody(deps.config.limits.bodyMaxBytes)],
    request: { params, body: { content: { 'application/json': { schema: addition } }, required: true } },
    responses: describeResponses(answer, [404, 409, 413, 422]),
  });
  router.openapi(add, async (context) => {
    const { name } = context.req.valid('param');
    const { public_key: text, grant } = context.req.valid('json');
    const key = readSentKey(text);
    const owners = await registry.addOwner(name, key, Buffer.from(grant, 'base64'));
    await recordAudit(deps, context, {
      action: 'owner-add',
      subject: `plugin:${name}`,
      detail: { key_id: keyId(key) },
    });
    return context.json({ owners: owners.map(ownerJson) }, 200);
  });
  return router;
}
