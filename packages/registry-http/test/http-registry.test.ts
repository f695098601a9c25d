import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createFolderCache } from '@agentmesh/download';
import { MarketplaceError } from '@agentmesh/errors';
import { createManifest, saveManifest } from '@agentmesh/manifest';
import { packPublishable, signOwnerGrant } from '@agentmesh/registry';
import { checkToken, type HttpRegistryOptions, type OldAnswer, openHttpRegistry } from '@agentmesh/registry-http';
import { PluginSigner, signPlugin } from '@agentmesh/signing';
import { createAuthority, failureOf, loopbackLookup, serve } from '@agentmesh/test-support';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApiServer, json, problem, startApiServer, TOKEN } from './api-server.js';

let folder: string;
let api: ApiServer;
const signer = PluginSigner.generate();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-http-'));
  api = await startApiServer();
});
afterEach(async () => {
  await api.server.stop();
  await rm(folder, { recursive: true });
});

function open(options: Partial<HttpRegistryOptions> = {}) {
  return openHttpRegistry({
    url: api.url,
    allowPrivateHosts: ['127.0.0.1'],
    retry: { attempts: 2, backoffMs: 1 },
    ...options,
  });
}

async function writePlugin(name: string, version = '1.0.0'): Promise<string> {
  const dir = await mkdtemp(join(folder, 'plugin-'));
  const fields = { description: 'A plugin', author: 'a@example.com', plugin_type: 'agent' } as const;
  await saveManifest(createManifest({ name, version, ...fields }), dir);
  await writeFile(join(dir, 'index.js'), `export const run = () => '${name} ${version}';\n`);
  await signPlugin(dir, signer);
  return dir;
}

async function publish(name: string, version = '1.0.0') {
  return open({ token: TOKEN }).publish(await writePlugin(name, version), { publicKey: signer.publicKey });
}

const coded = (named: string) => new MarketplaceError('Refused', { code: named });
const code = async (work: Promise<unknown>) => Object(await failureOf(work)).code;

describe('A registry over HTTP', () => {
  it('publishes a plugin, whose archive comes back as it was packed', async () => {
    const entry = await publish('demo');
    expect(entry).toMatchObject({ manifest: { name: 'demo' }, keyId: signer.keyId, status: { state: 'active' } });
    const registry = open();
    const read = await registry.getEntry('demo');
    expect(read).toEqual(entry);
    expect(await registry.owners('demo')).toMatchObject([{ keyId: signer.keyId }]);
    const bytes = await registry.readArtifact(read, { maxBytes: 100_000 });
    expect(bytes.length).toBe(entry.artifact?.size);
  });

  it('answers the same when the very same plugin is published again, and refuses another one', async () => {
    const dir = await writePlugin('demo');
    const registry = open({ token: TOKEN });
    const first = await registry.publish(dir, { publicKey: signer.publicKey });
    expect(await registry.publish(dir)).toEqual(first);
    await writeFile(join(dir, 'index.js'), 'export const run = () => 2;\n');
    await signPlugin(dir, signer);
    expect(await code(registry.publish(dir))).toBe('ALREADY_REGISTERED');
  });

  it('sends an archive that was packed elsewhere, from a file or from memory', async () => {
    const { archive } = await packPublishable(await writePlugin('demo'));
    const registry = open({ token: TOKEN });
    const { integrity, bytes } = archive;
    const path = join(folder, 'demo.tgz');
    await writeFile(path, bytes);
    const release = { name: 'demo', version: '1.0.0', stage: join(folder, 'stage'), publicKey: signer.publicKey };
    const sent = { integrity, size: bytes.length };
    expect(await registry.publishArchive({ ...sent, path }, release)).toMatchObject({ isNew: true });
    expect(await registry.publishArchive({ ...sent, bytes }, release)).toMatchObject({ isNew: false });
    const odd = { ...release, name: '../demo' };
    expect(await code(registry.publishArchive({ ...sent, bytes }, odd))).toBe('REGISTRY_READ_ONLY');
  });

  it('deprecates, yanks and restores versions, and adds owners', async () => {
    await publish('demo');
    const registry = open({ token: TOKEN, signer: async () => signer });
    await registry.deprecate('demo', '1.0.0', { reason: 'old', successor: 'newer' });
    expect((await registry.getEntry('demo')).status).toEqual({
      state: 'deprecated',
      reason: 'old',
      successor: 'newer',
    });
    await registry.yank('demo', '1.0.0', { reason: 'broken' });
    expect((await registry.getEntry('demo', '1.0.0')).status).toEqual({ state: 'yanked', reason: 'broken' });
    await registry.restore('demo', '1.0.0');
    expect((await registry.getEntry('demo')).status).toEqual({ state: 'active' });
    const other = PluginSigner.generate();
    const grant = signOwnerGrant('demo', other.publicKey, signer);
    expect(await registry.addOwner('demo', other.publicKey, grant)).toHaveLength(2);
  });

  it('falls back on the token when the key that signs owns nothing, and tells of the key without a token', async () => {
    await publish('demo');
    const bodies: unknown[] = [];
    api.intercept = (request, response) => {
      if (request.method !== 'POST') return false;
      buffer(request).then((bytes) => {
        const body = JSON.parse(bytes.toString());
        bodies.push(body);
        if (body.signed === undefined) problem(response, coded('SCOPE_MISSING'), 403);
        else problem(response, coded('SIGNATURE_INVALID'), 422);
      });
      return true;
    };
    const stranger = async () => PluginSigner.generate();
    expect(await code(open({ signer: stranger }).yank('demo', '1.0.0', { reason: 'x' }))).toBe('SIGNATURE_INVALID');
    const withToken = open({ signer: stranger, token: TOKEN });
    expect(await code(withToken.yank('demo', '1.0.0', { reason: 'x' }))).toBe('SCOPE_MISSING');
    expect(bodies).toMatchObject([{ signed: {} }, { signed: {} }, { reason: 'x' }]);
    expect(bodies[2]).not.toHaveProperty('signed');
  });

  it('refuses what only the keeper of a registry may do', async () => {
    const registry = open({ token: TOKEN });
    for (const work of [
      () => registry.register(),
      () => registry.unregister(),
      () => registry.claim(),
      () => registry.store.change('demo', () => 1),
      () => registry.blobs.put(new Uint8Array(), 'sha512-'),
    ]) {
      expect(await code(work())).toBe('REGISTRY_READ_ONLY');
    }
    expect(api.server.requests).toEqual([]);
  });

  it('says whose a token is', async () => {
    const options = { url: api.url, allowPrivateHosts: ['127.0.0.1'] };
    expect(await checkToken({ ...options, token: TOKEN })).toEqual({
      id: '000000000001',
      label: 'laptop',
      scopes: ['publish'],
    });
    expect(await code(checkToken({ ...options, token: 'amt_wrong' }))).toBe('TOKEN_REQUIRED');
  });

  it('suggests the name that was meant, and knows versions that there are', async () => {
    await publish('weather');
    const registry = open();
    expect(await failureOf(registry.getEntry('weathr'))).toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
      hint: 'Did you mean weather?',
    });
    expect(await code(registry.getEntry('weather', '9.0.0'))).toBe('VERSION_NOT_FOUND');
  });

  it.each(['..', '../../secret', 'a/b', 'a?b', 'a%2fb', '', 'x'.repeat(300)])(
    'asks nobody for a name with a path trick: %j',
    async (name) => {
      expect(await open().versions(name)).toEqual([]);
      expect(await open().owners(name)).toEqual([]);
      expect(api.server.requests).toEqual([]);
    },
  );
});

describe('The cache of a registry over HTTP', () => {
  const cached = (options: Partial<HttpRegistryOptions> = {}) =>
    open({ cache: createFolderCache({ folder: join(folder, 'cache') }), ...options });

  it('asks whether an answer is still the same, and takes it from the cache then', async () => {
    await publish('demo');
    const first = await cached().versions('demo');
    const before = api.server.requests.length;
    expect(await cached().versions('demo')).toEqual(first);
    const [request] = api.server.requests.slice(before);
    expect(request?.headers['if-none-match']).toMatch(/^"[0-9a-f]{64}"$/);
    await publish('demo', '2.0.0');
    expect(await cached().versions('demo')).toHaveLength(2);
  });

  it('shows the last answer when the server is gone, and says since when it is known', async () => {
    await publish('demo');
    const at = new Date('2024-05-06T07:08:09.000Z');
    const known = await cached({ now: () => at }).versions('demo');
    await api.server.stop();
    const old: OldAnswer[] = [];
    expect(await cached({ onOld: (answer) => old.push(answer) }).versions('demo')).toEqual(known);
    expect(old).toEqual([{ host: new URL(api.url).host, since: at }]);
    expect(await code(cached().versions('other'))).toBe('FETCH_FAILED');
  });

  it('shows the last answer when the server fails, and not when it says that there is nothing any more', async () => {
    await publish('demo');
    const known = await cached().versions('demo');
    api.intercept = (_request, response) => {
      response.writeHead(500).end();
      return true;
    };
    expect(await cached().versions('demo')).toEqual(known);
    api.intercept = undefined;
    await api.registry.unregister('demo');
    expect(await cached().versions('demo')).toEqual([]);
  });

  it('asks nobody when told to be offline: answers and archives are there, what never was is OFFLINE', async () => {
    const entry = await publish('demo');
    const online = cached();
    await online.readArtifact(await online.getEntry('demo'), { maxBytes: 100_000 });
    const before = api.server.requests.length;
    const old: OldAnswer[] = [];
    const registry = cached({ offline: true, onOld: (answer) => old.push(answer) });
    const read = await registry.getEntry('demo');
    expect((await registry.readArtifact(read, { maxBytes: 100_000 })).length).toBe(entry.artifact?.size);
    expect(old.length).toBeGreaterThan(0);
    for (const work of [
      () => registry.versions('other'),
      () => registry.search('x'),
      () => registry.yank('demo', '1.0.0', { reason: 'x' }),
    ]) {
      expect(await code(work())).toBe('OFFLINE');
    }
    const unread = cached({ offline: true, cache: createFolderCache({ folder: join(folder, 'empty') }) });
    expect(await code(unread.readArtifact(read, { maxBytes: 100_000 }))).toBe('OFFLINE');
    expect(api.server.requests.length).toBe(before);
  });

  it('shows what a token was shown to that token alone', async () => {
    await publish('demo');
    await cached({ token: TOKEN }).versions('demo');
    expect(await code(cached({ offline: true }).versions('demo'))).toBe('OFFLINE');
    expect(await cached({ offline: true, token: TOKEN }).versions('demo')).toHaveLength(1);
  });

  it('works without its folder, and says that it could not keep anything', async () => {
    await publish('demo');
    await writeFile(join(folder, 'file'), '');
    const problems: string[] = [];
    const cache = createFolderCache({ folder: join(folder, 'file') });
    const registry = open({ cache, onProblem: ({ code: found }) => problems.push(found) });
    expect(await registry.versions('demo')).toHaveLength(1);
    expect(problems).toContain('CACHE_FAILED');
  });
});

describe('A server that cannot be trusted', () => {
  it('is asked again after the time that its Retry-After says', async () => {
    await publish('demo');
    let count = 0;
    api.intercept = (_request, response) => {
      count += 1;
      if (count > 1) return false;
      response.writeHead(503, { 'retry-after': '1' }).end();
      return true;
    };
    const started = performance.now();
    expect(await open().versions('demo')).toHaveLength(1);
    expect(performance.now() - started).toBeGreaterThan(990);
  });

  it('is not waited for longer than is allowed: the error says what it asks for', async () => {
    api.intercept = (_request, response) => {
      problem(response, new Error('x'), 429, { 'retry-after': '86400' });
      return true;
    };
    expect(await failureOf(open().versions('demo'))).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      hint: expect.stringContaining('86400'),
    });
  });

  it.each([
    ['another name', { name: 'other', owners: [], versions: [] }],
    ['no list', { name: 'demo', owners: [], versions: {} }],
    [
      'a manifest that is none',
      { name: 'demo', owners: [], versions: [{ manifest: {}, status: { state: 'active' } }] },
    ],
    [
      'a state that nobody knows',
      { name: 'demo', owners: [], versions: [{ manifest: {}, status: { state: 'good' } }] },
    ],
    ['a text', 'demo'],
    ['nothing', null],
  ])('is refused with FETCH_FAILED when it answers %s', async (_, value) => {
    api.intercept = (request, response) => {
      json(request, response, value);
      return true;
    };
    expect(await code(open().versions('demo'))).toBe('FETCH_FAILED');
  });

  it('cannot list a version twice', async () => {
    await publish('demo');
    const [entry] = await api.registry.versions('demo');
    const twice = { manifest: entry?.manifest, status: entry?.status };
    api.intercept = (request, response) => {
      json(request, response, { name: 'demo', owners: [], versions: [twice, twice] });
      return true;
    };
    expect(await code(open().versions('demo'))).toBe('FETCH_FAILED');
  });

  it('cannot send more than is allowed, nor JSON of more values', async () => {
    api.intercept = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('x'.repeat(2_000));
      return true;
    };
    expect(await code(open({ maxAnswerBytes: 1_999 }).versions('demo'))).toBe('FETCH_TOO_LARGE');
    api.intercept = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(`[${'1,'.repeat(4_000_001)}1]`);
      return true;
    };
    expect(await code(open().versions('demo'))).toBe('FETCH_TOO_LARGE');
  });

  it('cannot give other bytes for an archive', async () => {
    await publish('demo');
    api.intercept = (request, response) => {
      if (!request.url?.endsWith('/artifact')) return false;
      response.end('other');
      return true;
    };
    const registry = open();
    expect(await code(registry.readArtifact(await registry.getEntry('demo'), { maxBytes: 100_000 }))).toBe(
      'INTEGRITY_MISMATCH',
    );
  });

  it('cannot say codes that mean something else here, nor control the terminal by its messages', async () => {
    const send = (value: object) => {
      api.intercept = (_request, response) => {
        response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(value));
        return true;
      };
    };
    send({ code: 'INTERRUPTED', detail: 'x' });
    expect(await code(open().versions('demo'))).toBe('FETCH_FAILED');
    send({ code: 'VERSION_NOT_FOUND', detail: '\u001b[2Jgone\u0007' });
    const { message } = Object(await failureOf(open().versions('demo')));
    expect(message).toContain('gone');
    expect(message).not.toMatch(/[\u0000-\u001f]/);
  });

  it('gets no token by redirecting to another host', async () => {
    await publish('demo');
    const thief = await serve((request, response) => json(request, response, {}));
    api.intercept = (_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${thief.port}/x` }).end();
      return true;
    };
    await failureOf(open({ token: TOKEN }).versions('demo'));
    expect(thief.requests).toHaveLength(1);
    expect(thief.requests[0]?.headers.authorization).toBeUndefined();
    expect(await code(open({ token: TOKEN }).yank('demo', '1.0.0', { reason: 'x' }))).toBe('FETCH_FAILED');
    expect(thief.requests).toHaveLength(1);
  });
});

describe('The URL and the token of a registry', () => {
  it.each([
    'http://plugins.example.com',
    'https://user:secret@plugins.example.com',
    'https://plugins.example.com/?token=secret',
    'ftp://plugins.example.com',
    'plugins',
  ])('refuses %s and shows none of it', (url) => {
    let message = '';
    try {
      openHttpRegistry({ url });
    } catch (error) {
      ({ message } = Object(error));
      expect(error).toMatchObject({ code: 'REGISTRY_URL_INVALID' });
    }
    expect(message).not.toBe('');
    expect(message).not.toContain('secret');
  });

  it('keeps the path that a proxy serves it under', async () => {
    const registry = open({ url: `${api.url}plugins/api` });
    await registry.versions('demo').catch(() => undefined);
    expect(api.server.requests[0]?.url).toBe('/plugins/api/v1/plugins/demo');
  });

  it('asks the credentials for exactly the host and port, with TLS and on loopback without', async () => {
    const asked: unknown[] = [];
    const credentials = {
      find: async (origin: object) => {
        asked.push(origin);
        return { token: TOKEN };
      },
    };
    const dir = await writePlugin('demo');
    await open({ credentials }).publish(dir, { publicKey: signer.publicKey });
    expect(asked[0]).toEqual({ host: '127.0.0.1', port: Number(new URL(api.url).port), scheme: 'https' });
    const authority = createAuthority('plugins.example.com');
    const secure = await serve((request, response) => json(request, response, { items: [] }), authority);
    const url = `https://plugins.example.com:${secure.port}`;
    const { ca } = authority;
    const options = { url, ca, credentials, lookup: loopbackLookup, allowPrivateHosts: ['127.0.0.1'] };
    await openHttpRegistry(options).search('x');
    expect(secure.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it('reaches no private host that is not listed', async () => {
    expect(await code(open({ allowPrivateHosts: [] }).versions('demo'))).toBe('FETCH_FAILED');
    expect(api.server.requests).toEqual([]);
  });
});
