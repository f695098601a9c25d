import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManifest, saveManifest } from '@agentmesh/manifest';
import { collectNames, copyRegistry, createMemoryBlobs, createMemoryStore, signOwnerGrant } from '@agentmesh/registry';
import { checkToken, type HttpRegistry, openHttpRegistry, openMirror, writeMirror } from '@agentmesh/registry-http';
import { PluginSigner, signPlugin } from '@agentmesh/signing';
import { failureOf } from '@agentmesh/test-support';
import { checkStore } from '@agentmesh/testkit';
import { serve as serveNode } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../src/create-app.js';
import { createTestApp, type TestApp } from './support/test-app.js';

const UNLIMITED = [
  ...['--requests-per-minute', '1000000', '--requests-per-minute-address', '1000000'],
  ...['--requests-per-minute-token', '1000000'],
];

interface Running {
  readonly app: TestApp;
  readonly url: string;
  stop(): Promise<void>;
}

/** The server itself, on a port, over SQLite. */
async function start(): Promise<Running> {
  const app = await createTestApp({ args: UNLIMITED });
  const { fetch } = createApp(app.deps);
  const server = serveNode({ fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = Object(server.address());
  const stop = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  return { app, url: `http://127.0.0.1:${port}`, stop };
}

function open(url: string, options: { token?: string; signer?: PluginSigner } = {}): HttpRegistry {
  const { signer, ...rest } = options;
  return openHttpRegistry({
    url,
    allowPrivateHosts: ['127.0.0.1'],
    retry: { attempts: 1 },
    signer: async () => signer,
    ...rest,
  });
}

describe('checkStore passes the reading half through the server', () => {
  const checks = checkStore({
    open: async () => {
      const { app, url, stop } = await start();
      const http = open(url);
      const { store } = app.deps.database;
      return {
        store: {
          change: (name, work) => store.change(name, work),
          versions: (name) => http.store.versions(name),
          owners: (name) => http.store.owners(name),
          search: (query) => http.store.search(query),
        },
        close: async () => {
          await http.close();
          await stop();
        },
      };
    },
  });
  for (const check of checks) it(check.name, check.run);
});

describe('The client of the server', () => {
  const signer = PluginSigner.generate();
  let folder: string;
  let server: Running;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agentmesh-client-'));
    server = await start();
  });
  afterEach(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  async function plugin(name: string, version: string): Promise<string> {
    const dir = await mkdtemp(join(folder, 'plugin-'));
    const fields = { description: 'Tells the time', author: 'a@example.com', plugin_type: 'agent' } as const;
    await saveManifest(createManifest({ name, version, ...fields }), dir);
    await writeFile(join(dir, 'index.js'), `export const run = () => '${version}';\n`);
    await signPlugin(dir, signer);
    return dir;
  }

  it('publishes, reads back, deprecates and yanks by signature, restores, adds owners', async () => {
    const registry = open(server.url, { token: server.app.publisher, signer });
    const dir = await plugin('clock', '1.0.0');
    const entry = await registry.publish(dir, { publicKey: signer.publicKey });
    expect(entry).toMatchObject({ keyId: signer.keyId, artifact: { size: expect.any(Number) } });
    expect(await registry.publish(dir)).toEqual(entry);
    expect((await registry.readArtifact(entry, { maxBytes: 100_000 })).length).toBe(entry.artifact?.size);

    await registry.deprecate('clock', '1.0.0', { reason: 'late', successor: 'watch' });
    expect((await registry.getEntry('clock')).status).toEqual({
      state: 'deprecated',
      reason: 'late',
      successor: 'watch',
    });
    await registry.yank('clock', '1.0.0', { reason: 'wrong' });
    expect(await registry.search('clock')).toEqual([]);
    await registry.restore('clock', '1.0.0');
    expect(await registry.search('clock')).toHaveLength(1);

    const other = PluginSigner.generate();
    expect(
      await registry.addOwner('clock', other.publicKey, signOwnerGrant('clock', other.publicKey, signer)),
    ).toHaveLength(2);
    expect(await registry.owners('clock')).toHaveLength(2);
  });

  it('changes a status with the token of an admin, and not with that of a publisher', async () => {
    const stranger = PluginSigner.generate();
    await open(server.url, { token: server.app.publisher }).publish(await plugin('clock', '1.0.0'), {
      publicKey: signer.publicKey,
    });
    const publisher = open(server.url, { token: server.app.publisher, signer: stranger });
    expect(await failureOf(publisher.yank('clock', '1.0.0', { reason: 'x' }))).toMatchObject({ code: 'SCOPE_MISSING' });
    const admin = open(server.url, { token: server.app.admin, signer: stranger });
    expect((await admin.yank('clock', '1.0.0', { reason: 'x' })).status.state).toBe('yanked');
  });

  it('hears of every refusal in the words of the server', async () => {
    const dir = await plugin('clock', '1.0.0');
    const key = { publicKey: signer.publicKey };
    expect(await failureOf(open(server.url).publish(dir, key))).toMatchObject({ code: 'TOKEN_REQUIRED' });
    expect(await failureOf(open(server.url, { token: 'amt_x' }).publish(dir, key))).toMatchObject({
      code: 'TOKEN_INVALID',
    });
    const registry = open(server.url, { token: server.app.publisher });
    expect(await failureOf(registry.publish(dir))).toMatchObject({ code: 'KEY_UNKNOWN' });
    await registry.publish(dir, key);
    expect(await failureOf(registry.publish(await plugin('clock', '1.0'), key))).toMatchObject({
      code: 'ALREADY_REGISTERED',
    });
    expect(await failureOf(registry.publish(await plugin('Clock', '1.0.0'), key))).toMatchObject({
      code: 'NAME_TOO_SIMILAR',
    });
    expect(await failureOf(registry.getEntry('clok'))).toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
      hint: 'Did you mean clock?',
    });
    expect(await failureOf(registry.searchPage({ cursor: 'none' }))).toMatchObject({ code: 'CURSOR_INVALID' });
  });

  it('says whose its token is', async () => {
    const options = { url: server.url, allowPrivateHosts: ['127.0.0.1'] };
    expect(await checkToken({ ...options, token: server.app.admin })).toMatchObject({
      label: 'test',
      scopes: ['admin'],
    });
    expect(await failureOf(checkToken({ ...options, token: 'amt_x' }))).toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('mirrors and copies a whole registry', async () => {
    const registry = open(server.url, { token: server.app.publisher, signer });
    for (const version of ['1.0.0', '1.1.0']) {
      await registry.publish(await plugin('clock', version), { publicKey: signer.publicKey });
    }
    await registry.deprecate('clock', '1.0.0', { reason: 'old' });
    const to = { store: createMemoryStore(), blobs: createMemoryBlobs() };
    expect(await copyRegistry({ from: registry, to })).toMatchObject({ versions: 2, signatures: { verified: 2 } });
    expect(await to.store.versions('clock')).toEqual(await server.app.deps.database.store.versions('clock'));
    const dir = join(folder, 'mirror');
    await writeMirror({ from: registry, dir });
    expect(await (await openMirror(dir)).store.versions('clock')).toEqual(await to.store.versions('clock'));
  });

  it('mirrors and copies names whose versions are all yanked, which no search finds', async () => {
    const registry = open(server.url, { token: server.app.publisher, signer });
    for (const name of ['gone', 'clock']) {
      await registry.publish(await plugin(name, '1.0.0'), { publicKey: signer.publicKey });
    }
    const dir = join(folder, 'mirror');
    await writeMirror({ from: registry, dir });
    await registry.yank('gone', '1.0.0', { reason: 'wrong' });
    expect(await registry.search('gone')).toEqual([]);
    expect(await writeMirror({ from: registry, dir })).toMatchObject({ names: 2, changed: 1, removed: 0 });
    const mirror = await openMirror(dir);
    expect((await mirror.store.versions('gone'))[0]?.status.state).toBe('yanked');
    const to = { store: createMemoryStore(), blobs: createMemoryBlobs() };
    expect(await copyRegistry({ from: registry, to })).toMatchObject({ names: 2, complete: true });
    expect(await collectNames(to.store)).toEqual(['gone', 'clock']);
  });

  it('lists every name, a thousand and more, to who may read', async () => {
    const { store } = server.app.deps.database;
    const names = Array.from({ length: 2_001 }, (_, at) => `plugin-${at}`);
    const fields = { version: '1.0.0', description: 'x', author: 'a', plugin_type: 'agent' } as const;
    await Promise.all(
      names.map((name) =>
        store.change(name, (rows) =>
          rows.put({ manifest: createManifest({ name, ...fields }), status: { state: 'active' } }),
        ),
      ),
    );
    const listed = await collectNames(open(server.url).store);
    expect(listed.toSorted()).toEqual(names.toSorted());
  });
});
