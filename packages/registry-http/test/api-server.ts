import { createHash, createPublicKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { integrityOf } from '@agentmesh/artifact';
import { isMarketplaceError } from '@agentmesh/errors';
import {
  type BlobStore,
  collectNames,
  createMemoryBlobs,
  createMemoryStore,
  PluginRegistry,
  type RegistryEntry,
  type RegistryStore,
} from '@agentmesh/registry';
import { serve, type TestServer } from '@agentmesh/test-support';

/** A server with the API of an agentmesh server, over a registry in memory; small, so that a test can make it misbehave. */
export interface ApiServer {
  readonly url: string;
  readonly server: TestServer;
  readonly registry: PluginRegistry;
  readonly store: RegistryStore;
  readonly blobs: BlobStore;
  /** Set to answer in its place; true when it did. */
  intercept?: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
}

/** The token that it takes. */
export const TOKEN = 'amt_000000000001_secret';

export async function startApiServer(): Promise<ApiServer> {
  const store = createMemoryStore();
  const blobs = createMemoryBlobs();
  const registry = new PluginRegistry({ store, blobs });
  const server = await serve((request, response) => {
    if (api.intercept?.(request, response) === true) return;
    answer(api, request, response).catch((error: unknown) => problem(response, error));
  });
  const api: ApiServer = { url: `http://127.0.0.1:${server.port}/`, server, registry, store, blobs };
  return api;
}

/** Answers as the API does. */
export function json(request: IncomingMessage, response: ServerResponse, value: unknown, status = 200): void {
  const text = JSON.stringify(value);
  const etag = `"${createHash('sha256').update(text).digest('hex')}"`;
  const isKnown = request.headers['if-none-match'] === etag;
  response.writeHead(isKnown ? 304 : status, { etag, 'content-type': 'application/json' });
  response.end(isKnown ? undefined : text);
}

/** Answers an error as the API does. */
export function problem(response: ServerResponse, error: unknown, status?: number, headers: object = {}): void {
  const known = isMarketplaceError(error) ? error : undefined;
  const found = status ?? (known?.code.endsWith('NOT_FOUND') ? 404 : known?.code.startsWith('TOKEN') ? 401 : 409);
  response.writeHead(found, { 'content-type': 'application/problem+json', ...headers });
  response.end(
    JSON.stringify({ code: known?.code ?? 'INTERNAL', detail: known?.message ?? 'failed', hint: known?.hint }),
  );
}

async function answer(
  { registry, store }: ApiServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '', 'http://localhost');
  const [, , plugins, name, version, action] = url.pathname.split('/').map(decodeURIComponent);
  if (plugins === 'tokens') return current(request, response);
  if (plugins === 'names') return json(request, response, { names: await collectNames(store) });
  if (name === undefined) return search(registry, url.searchParams, request, response);
  if (request.method === 'PUT' || request.method === 'POST') {
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return refuse(response);
  }
  if (request.method === 'PUT') return publish(registry, name, version ?? '', request, response);
  if (version === undefined) {
    const versions = await registry.versions(name);
    if (versions.length === 0) await registry.getEntry(name);
    const owners = (await registry.owners(name)).map(({ keyId, publicKey }) => ({
      key_id: keyId,
      public_key: publicKey,
    }));
    return json(request, response, { name, owners, versions: versions.map(toJson) });
  }
  if (request.method === 'POST') return change(registry, [name, version, action ?? ''], request, response);
  const entry = await registry.getEntry(name, version);
  if (action !== 'artifact') return json(request, response, toJson(entry));
  response.setHeader('etag', `"${entry.artifact?.integrity}"`);
  response.end(await registry.readArtifact(entry, { maxBytes: 1e9 }));
}

function current(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.authorization !== `Bearer ${TOKEN}`) refuse(response);
  else
    json(request, response, {
      id: '000000000001',
      label: 'laptop',
      scopes: ['publish'],
      created_at: '2024-01-01T00:00:00.000Z',
    });
}

function refuse(response: ServerResponse): void {
  response.writeHead(401, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ code: 'TOKEN_REQUIRED', detail: 'Expected a token', hint: 'Send one.' }));
}

async function search(
  registry: PluginRegistry,
  parameters: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = parameters.get('q');
  const cursor = parameters.get('cursor');
  const organization = parameters.get('organization');
  const type = parameters.get('type') as 'agent' | null;
  const places = parameters.get('in')?.split(',') as ('keywords' | 'capabilities')[] | undefined;
  const since = parameters.get('updated_since');
  const dependsOn = parameters.get('depends_on');
  const page = await registry.searchPage({
    limit: Number(parameters.get('limit')),
    latestOnly: parameters.get('latest_only') !== 'false',
    ...(text === null ? {} : { text }),
    ...(cursor === null ? {} : { cursor }),
    ...(organization === null ? {} : { organization }),
    ...(type === null ? {} : { type }),
    ...(places === undefined ? {} : { in: places }),
    ...(since === null ? {} : { updatedSince: since }),
    ...(dependsOn === null ? {} : { dependsOn }),
  });
  json(request, response, { items: page.items.map(toJson), cursor: page.cursor });
}

async function publish(
  registry: PluginRegistry,
  name: string,
  version: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const bytes = await buffer(request);
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-api-'));
  try {
    await writeFile(join(folder, 'a.tgz'), bytes);
    const sent = request.headers['x-agentmesh-public-key'];
    const publicKey =
      typeof sent === 'string'
        ? createPublicKey({ key: Buffer.from(sent, 'base64'), format: 'der', type: 'spki' })
        : undefined;
    const archive = { path: join(folder, 'a.tgz'), integrity: integrityOf(bytes), size: bytes.length };
    const { entry, isNew } = await registry.publishArchive(archive, {
      ...{ name, version, stage: join(folder, 'tree') },
      ...(publicKey === undefined ? {} : { publicKey }),
    });
    json(request, response, toJson(entry), isNew ? 201 : 200);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function change(
  registry: PluginRegistry,
  [name, version, action]: readonly [string, string, string],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = JSON.parse((await buffer(request)).toString());
  if (version === 'owners') {
    const key = createPublicKey({ key: Buffer.from(body.public_key, 'base64'), format: 'der', type: 'spki' });
    const owners = await registry.addOwner(name, key, Buffer.from(body.grant, 'base64'));
    const shown = owners.map(({ keyId, publicKey }) => ({ key_id: keyId, public_key: publicKey }));
    return json(request, response, { owners: shown });
  }
  const { reason, successor } = body;
  const entry =
    action === 'yank'
      ? await registry.yank(name, version, { reason })
      : action === 'restore'
        ? await registry.restore(name, version)
        : await registry.deprecate(name, version, { reason, ...(successor === undefined ? {} : { successor }) });
  json(request, response, toJson(entry));
}

function toJson({ manifest, publishedAt, updatedAt, artifact, status, keyId }: RegistryEntry): object {
  return { manifest, published_at: publishedAt, updated_at: updatedAt, artifact, status, key_id: keyId };
}
