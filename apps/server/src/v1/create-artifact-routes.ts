import type { ReadableStream } from 'node:stream/web';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { PluginRegistry, RegistryEntry } from '@agentmesh/registry';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { matchesTag } from '../http/answer-json.js';
import { requireScope } from '../http/auth.js';
import { createRouter } from '../http/create-router.js';
import { describeResponses } from '../http/describe-responses.js';
import { type ByteRange, parseRange } from '../http/parse-range.js';
import { nameParam, versionParam } from './schemas.js';

type Artifact = NonNullable<RegistryEntry['artifact']>;

const binary = z.string().openapi({ format: 'binary' });

/** Downloading archives: they never change, so a cache may keep them for good, and a download may go on where it broke off. */
export function createArtifactRoutes(deps: AppDeps): OpenAPIHono<AppEnv> {
  const { registry } = deps;
  const router = createRouter();
  const route = createRoute({
    method: 'get',
    path: '/v1/plugins/{name}/{version}/artifact',
    summary: 'The archive of a version, or a range of it',
    tags: ['registry'],
    middleware: [requireScope(deps, 'read')],
    request: { params: z.object({ name: nameParam, version: versionParam }) },
    responses: describeResponses(
      {
        200: { description: 'The archive', schema: binary, mediaType: 'application/gzip' },
        206: { description: 'The range', schema: binary, mediaType: 'application/gzip' },
        304: { description: 'The archive is the one that is known' },
      },
      [404, 416],
    ),
  });
  router.openapi(route, async (context) => {
    const { name, version } = context.req.valid('param');
    const entry = await registry.getEntry(name, version);
    if (entry.artifact === undefined) throw withoutFiles(entry);
    const etag = `"${entry.artifact.integrity}"`;
    context.header('ETag', etag);
    context.header('Cache-Control', `${deps.config.anonymousRead ? 'public' : 'private'}, max-age=31536000, immutable`);
    context.header('Accept-Ranges', 'bytes');
    context.header('Repr-Digest', `sha-512=:${entry.artifact.integrity.slice('sha512-'.length)}:`);
    if (matchesTag(context.req.header('if-none-match'), etag)) return context.body(null, 304);
    const range = rangeOf(context, entry.artifact, etag);
    return send(context, { registry, entry, artifact: entry.artifact, range });
  });
  return router;
}

/** A range counts only of the very archive that `If-Range` names. */
function rangeOf(context: Context<AppEnv>, { size }: Artifact, etag: string): ByteRange | undefined {
  const condition = context.req.header('if-range');
  if (condition !== undefined && condition !== etag) return undefined;
  const range = parseRange(context.req.header('range'), size);
  if (range !== 'unsatisfiable') return range;
  context.header('Content-Range', `bytes */${size}`);
  throw new MarketplaceError(`Expected a range within ${size} bytes`, {
    code: 'RANGE_NOT_SATISFIABLE',
    hint: 'Ask for the archive without a range.',
  });
}

interface Download {
  readonly registry: PluginRegistry;
  readonly entry: RegistryEntry;
  readonly artifact: Artifact;
  readonly range: ByteRange | undefined;
}

async function send(context: Context<AppEnv>, { registry, entry, artifact, range }: Download): Promise<Response> {
  const { name, version } = entry.manifest;
  const headers: Record<string, string> = {
    'Content-Type': 'application/gzip',
    'Content-Length': String(range === undefined ? artifact.size : range.end - range.start + 1),
    'Content-Disposition': `attachment; filename="${encodeURIComponent(name)}-${version}.tgz"`,
  };
  if (range !== undefined) headers['Content-Range'] = `bytes ${range.start}-${range.end}/${artifact.size}`;
  const status = range === undefined ? 200 : 206;
  // The framework answers HEAD through GET and would leave the file open.
  if (context.req.raw.method === 'HEAD') return context.body(null, status, headers);
  const bytes =
    range === undefined ? await registry.openArtifact(entry) : await registry.openArtifactRange(entry, range);
  return context.body(asBody(bytes), status, headers);
}

/** Node declares its streams and those of the web standard apart; they are the same objects. */
function asBody(stream: ReadableStream<Uint8Array>): globalThis.ReadableStream<Uint8Array<ArrayBuffer>> {
  return stream as unknown as globalThis.ReadableStream<Uint8Array<ArrayBuffer>>;
}

function withoutFiles({ manifest }: RegistryEntry): MarketplaceError {
  return new MarketplaceError(`${printable(`${manifest.name} ${manifest.version}`)} was registered without files`, {
    code: 'BLOB_NOT_FOUND',
    hint: 'Only versions that were published have an archive.',
  });
}
