import { join } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import type { Published, RegistryEntry } from '@agentmesh/registry';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { type AuditNote, auditEvent } from '../audit/record-audit.js';
import { requireScope } from '../http/auth.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import { createGate, type Gate } from '../http/gate.js';
import { receiveArchive } from '../http/receive-archive.js';
import { entryJson } from './entry-json.js';
import { PUBLIC_KEY_HEADER, readSentKey } from './public-key-header.js';
import { entrySchema, publishedName, versionParam } from './schemas.js';

const TYPES = /^application\/(?:gzip|x-gzip|octet-stream)(?:;|$)/i;

const params = z.object({ name: publishedName, version: versionParam });

/** Publishing: an archive goes to the disk as it arrives, is checked there, kept, and only then listed. */
export function createPublishRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const { uploadsAtOnce, uploadsWaiting, publishesAtOnce } = deps.config.limits;
  const gates = {
    // Slow senders shall not keep those waiting whose archive is here.
    receive: createGate(uploadsAtOnce, uploadsWaiting),
    publish: createGate(publishesAtOnce, uploadsAtOnce),
  };
  const router = createRouter();
  const route = createRoute({
    method: 'put',
    path: '/v1/plugins/{name}/{version}',
    summary: 'Publish a version: a signed .tgz, as agentmesh packs it',
    tags: ['publishing'],
    security: [{ token: [] }],
    middleware: [requireScope(deps, 'publish')],
    request: {
      params,
      headers: z.object({
        [PUBLIC_KEY_HEADER]: z
          .string()
          .optional()
          .openapi({ description: 'key of the author, base64 of SPKI DER; needed for a new name, which it will own' }),
      }),
      body: { content: { 'application/gzip': { schema: z.string().openapi({ format: 'binary' }) } }, required: true },
    },
    responses: describeResponses(
      {
        201: { description: 'The version is listed', schema: entrySchema },
        200: { description: 'The very same archive was listed before', schema: entrySchema },
      },
      [403, 409, 413, 422],
    ),
  });
  router.openapi(route, async (context) => {
    const { name, version } = context.req.valid('param');
    const { entry, isNew } = await counted(deps, () => take(deps, context, { name, version, gates }));
    context.header('Location', `/v1/plugins/${name}/${version}`);
    return context.json(entryJson(entry), isNew ? 201 : 200);
  });
  return router;
}

interface Upload {
  readonly name: string;
  readonly version: string;
  readonly gates: { readonly receive: Gate; readonly publish: Gate };
}

async function take(deps: AppDeps, context: Context<AppEnv>, { name, version, gates }: Upload): Promise<Published> {
  const { config, registry, stages, lifecycle } = deps;
  const { limits } = config;
  const sentKey = context.req.header(PUBLIC_KEY_HEADER);
  const publicKey = sentKey === undefined ? undefined : readSentKey(sentKey);
  refuseOtherTypes(context.req.header('content-type'));
  const signal = AbortSignal.any([context.req.raw.signal, lifecycle.signal]);
  return gates.receive.run(signal, () =>
    stages.name(async (folder) => {
      const archive = await receiveArchive(context.req.raw, {
        path: join(folder, 'archive.tgz'),
        maxBytes: limits.artifactMaxBytes,
        length: context.req.header('content-length'),
        isFramed: context.env?.incoming !== undefined,
        signal,
      });
      return gates.publish.run(signal, () =>
        registry.publishArchive(archive, {
          name,
          version,
          stage: join(folder, 'tree'),
          limits: { maxBytes: limits.treeMaxBytes, maxFiles: limits.treeMaxFiles },
          signal,
          note: (entry) => auditEvent(deps, context, publishNote(entry)),
          ...(publicKey === undefined ? {} : { publicKey }),
        }),
      );
    }),
  );
}

function publishNote({ manifest, artifact, keyId }: RegistryEntry): AuditNote {
  return {
    action: 'publish',
    subject: `plugin:${manifest.name}@${manifest.version}`,
    detail: { integrity: artifact?.integrity ?? null, key_id: keyId ?? null },
  };
}

async function counted({ metrics }: AppDeps, work: () => Promise<Published>): Promise<Published> {
  const finished = metrics.uploadStarted();
  try {
    const published = await work();
    metrics.published(published.isNew ? 'created' : 'again');
    return published;
  } catch (error) {
    metrics.published('failed');
    throw error;
  } finally {
    finished();
  }
}

function refuseOtherTypes(type: string | undefined): void {
  if (type === undefined || TYPES.test(type)) return;
  throw new MarketplaceError('Expected a body of the type application/gzip', {
    code: 'CONTENT_TYPE_UNSUPPORTED',
    hint: 'Send the archive as it is, without a form around it.',
  });
}
