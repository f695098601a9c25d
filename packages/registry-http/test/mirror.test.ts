import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { createFolderCache } from '@agentmesh/download';
import { createManifest, saveManifest } from '@agentmesh/manifest';
import { copyRegistry, createMemoryBlobs, createMemoryStore, PluginRegistry } from '@agentmesh/registry';
import { openHttpRegistry, openMirror, writeMirror } from '@agentmesh/registry-http';
import { PluginSigner, signPlugin } from '@agentmesh/signing';
import { failureOf, serve, type TestServer } from '@agentmesh/test-support';
import { checkStore } from '@agentmesh/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const signer = PluginSigner.generate();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-mirror-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function fill() {
  const from = { store: createMemoryStore(), blobs: createMemoryBlobs() };
  const registry = new PluginRegistry(from);
  for (const [name, version] of [
    ['weather', '1.0.0'],
    ['weather', '1.1.0'],
    ['clock', '1.0.0'],
  ] as const) {
    await publish(registry, name, version);
  }
  await registry.yank('clock', '1.0.0', { reason: 'late' });
  return { from, registry };
}

async function publish(registry: PluginRegistry, name: string, version: string): Promise<void> {
  const dir = await mkdtemp(join(folder, 'plugin-'));
  const fields = { description: 'Tells', author: 'a@example.com', plugin_type: 'agent' } as const;
  await saveManifest(createManifest({ name, version, ...fields }), dir);
  await writeFile(join(dir, 'index.js'), `export const run = () => '${version}';\n`);
  await signPlugin(dir, signer);
  await registry.publish(dir, { publicKey: signer.publicKey });
}

/** A web server that knows nothing of registries: files, a page for what is missing, a redirect for folders. */
async function serveFiles(dir: string): Promise<TestServer> {
  return serve((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '', 'http://localhost').pathname));
    readFile(join(dir, path)).then(
      (bytes) => response.writeHead(200, { 'content-type': 'text/plain', etag: `"${bytes.length}"` }).end(bytes),
      ({ code }) => {
        if (code === 'EISDIR' && !path.endsWith('/')) response.writeHead(301, { location: `${path}/` }).end();
        else response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not here</h1>');
      },
    );
  });
}

const open = ({ port }: TestServer, cacheDir?: string) =>
  openHttpRegistry({
    url: `http://127.0.0.1:${port}/`,
    allowPrivateHosts: ['127.0.0.1'],
    retry: { attempts: 1 },
    ...(cacheDir === undefined ? {} : { cache: createFolderCache({ folder: cacheDir }) }),
  });

describe('A static mirror', () => {
  it('is a registry behind any web server: names, owners, archives, search', async () => {
    const { from, registry } = await fill();
    const dir = join(folder, 'mirror');
    expect(await writeMirror({ from, dir })).toEqual({
      ...{ names: 2, versions: 3, changed: 2, removed: 0 },
      artifacts: { written: 3, present: 0 },
    });
    const remote = open(await serveFiles(dir));
    expect(JSON.parse(JSON.stringify(await remote.versions('weather')))).toEqual(
      JSON.parse(JSON.stringify(await registry.versions('weather'))),
    );
    expect(await remote.owners('clock')).toEqual(await registry.owners('clock'));
    expect((await remote.search('tells')).map(({ name }) => name)).toEqual(['weather']);
    expect(await remote.versions('nobody')).toEqual([]);
    const entry = await remote.getEntry('weather');
    const bytes = await remote.readArtifact(entry, { maxBytes: 100_000 });
    expect(Buffer.from(bytes).equals(await registry.readArtifact(entry, { maxBytes: 100_000 }))).toBe(true);
  });

  it('is a registry in its folder too, from which a registry is copied back whole', async () => {
    const { from } = await fill();
    const dir = join(folder, 'mirror');
    await writeMirror({ from, dir });
    const mirror = await openMirror(dir);
    const to = { store: createMemoryStore(), blobs: createMemoryBlobs() };
    expect(await copyRegistry({ from: mirror, to })).toMatchObject({
      ...{ names: 2, versions: 3, complete: true },
      signatures: { verified: 3 },
    });
    expect((await to.store.versions('clock'))[0]?.status.state).toBe('yanked');
    expect(await failureOf(mirror.store.change('x', () => 1))).toMatchObject({ code: 'REGISTRY_READ_ONLY' });
    expect(await failureOf(openMirror(join(folder, 'nothing')))).toMatchObject({ code: 'REGISTRY_NOT_FOUND' });
    const strange = `sha512-${Buffer.alloc(64).toString('base64')}`;
    expect(await failureOf(mirror.blobs.open(strange))).toMatchObject({ code: 'BLOB_NOT_FOUND' });
  });

  it('writes only what is new, heals what is damaged, and forgets what is gone', async () => {
    const { from, registry } = await fill();
    const dir = join(folder, 'mirror');
    await writeMirror({ from, dir });
    const artifact = join(dir, 'v1/plugins/weather/1.0.0/artifact');
    const before = await stat(join(dir, 'v1/plugins/weather/1.1.0/artifact'));
    expect(await writeMirror({ from, dir })).toMatchObject({ changed: 0, artifacts: { written: 0, present: 3 } });
    await writeFile(artifact, 'damaged');
    await publish(registry, 'weather', '2.0.0');
    await registry.unregister('clock');
    expect(await writeMirror({ from, dir })).toEqual({
      ...{ names: 1, versions: 3, changed: 1, removed: 1 },
      artifacts: { written: 2, present: 1 },
    });
    expect((await stat(join(dir, 'v1/plugins/weather/1.1.0/artifact'))).mtimeMs).toBe(before.mtimeMs);
    expect(await readdir(join(dir, 'v1/plugins'))).toEqual(['weather']);
    const remote = open(await serveFiles(dir));
    expect((await remote.getEntry('weather')).manifest.version).toBe('2.0.0');
    await remote.readArtifact(await remote.getEntry('weather', '1.0.0'), { maxBytes: 100_000 });
  });

  it('names its list by its content and changes the name last, so that no reader mixes two states', async () => {
    const { from, registry } = await fill();
    const dir = join(folder, 'mirror');
    await writeMirror({ from, dir });
    const first = JSON.parse(await readFile(join(dir, 'v1/mirror.json'), 'utf8'));
    await publish(registry, 'weather', '2.0.0');
    await writeMirror({ from, dir });
    const second = JSON.parse(await readFile(join(dir, 'v1/mirror.json'), 'utf8'));
    expect(second.index).not.toBe(first.index);
    // Whoever read the first one a moment ago still finds what it names.
    expect(JSON.parse(await readFile(join(dir, first.index), 'utf8')).plugins).toHaveLength(2);
    await publish(registry, 'weather', '3.0.0');
    await writeMirror({ from, dir });
    expect(await readdir(join(dir, 'v1/index'))).toHaveLength(2);
    await writeFile(join(dir, second.index), '{"plugins":[]}');
    await writeFile(join(dir, 'v1/mirror.json'), JSON.stringify(second));
    expect(await failureOf(open(await serveFiles(dir)).search(''))).toMatchObject({ code: 'FETCH_FAILED' });
  });

  it('refuses to write an archive that is not what the registry lists', async () => {
    const { from } = await fill();
    const dir = join(folder, 'mirror');
    const blobs = { open: async () => new Blob(['other']).stream() as never };
    expect(await failureOf(writeMirror({ from: { ...from, blobs }, dir }))).toMatchObject({
      code: 'INTEGRITY_MISMATCH',
    });
    expect(await readdir(join(dir, 'v1'))).not.toContain('mirror.json');
  });

  it('is known again from the cache, and can be read while its server is gone', async () => {
    const { from } = await fill();
    const dir = join(folder, 'mirror');
    await writeMirror({ from, dir });
    const server = await serveFiles(dir);
    const cacheDir = join(folder, 'cache');
    await open(server, cacheDir).versions('weather');
    const before = server.requests.length;
    await open(server, cacheDir).versions('weather');
    expect(server.requests.slice(before).map(({ url }) => url)).toEqual([
      '/v1/mirror.json',
      '/v1/plugins/weather/index.json',
    ]);
    await server.stop();
    expect(await open(server, cacheDir).versions('weather')).toHaveLength(2);
  });

  it('is not taken for what it is not: a page for everything, or a file of another kind', async () => {
    const page = await serve((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<h1>Hi</h1>'),
    );
    expect(await failureOf(open(page).versions('weather'))).toMatchObject({
      code: 'FETCH_FAILED',
      message: expect.stringContaining('no agentmesh registry'),
    });
    await writeMirror({ from: (await fill()).from, dir: join(folder, 'mirror') });
    await writeFile(join(folder, 'mirror/v1/mirror.json'), '{"agentmesh_mirror":2}');
    expect(await failureOf(open(await serveFiles(join(folder, 'mirror'))).versions('weather'))).toMatchObject({
      code: 'FETCH_FAILED',
    });
  });

  it('asks for a token where its web server wants one', async () => {
    const server = await serve((_request, response) => response.writeHead(401).end());
    expect(await failureOf(open(server).versions('weather'))).toMatchObject({ code: 'TOKEN_REQUIRED' });
  });
});

describe('checkStore passes the reading half of a mirror', () => {
  const searches = checkStore({
    open: async () => {
      const dir = await mkdtemp(join(tmpdir(), 'agentmesh-mirror-'));
      const store = createMemoryStore();
      const mirror = async () => {
        await writeMirror({ from: { store, blobs: createMemoryBlobs() }, dir });
        return (await openMirror(dir)).store;
      };
      return {
        store: {
          change: (name, work) => store.change(name, work),
          versions: async (name) => (await mirror()).versions(name),
          owners: async (name) => (await mirror()).owners(name),
          search: async (query) => (await mirror()).search(query),
        },
        close: () => rm(dir, { recursive: true }),
      };
    },
  });
  for (const check of searches.filter(({ name }) => name.startsWith('search') || name.startsWith('takes "'))) {
    it(check.name, check.run);
  }
});
