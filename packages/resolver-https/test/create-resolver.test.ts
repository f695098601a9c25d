import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderCache } from '@agentmesh/download';
import {
  DEFAULT_FETCH_LIMITS,
  type FetchContext,
  type FetchedPlugin,
  parseSource,
  SourceRegistry,
} from '@agentmesh/resolver';
import { createResolver, type HttpsResolverOptions } from '@agentmesh/resolver-https';
import { createAuthority, loopbackLookup as lookup, serve } from '@agentmesh/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tgz, zip } from './archives.js';

const authority = createAuthority('one.test', 'two.test');
const ARCHIVES: Readonly<Record<string, Buffer>> = {
  '/plugin-1.2.3.tgz': tgz({ 'index.js': 'export {};\n', 'lib/a.js': 'a\n' }),
  '/PLUGIN.TAR.GZ': tgz({ 'plugin/index.js': 'export {};\n', 'plugin/plugin/a.js': 'a\n' }),
  '/two-tops.zip': zip({ 'one/a': 'a', 'two/b': 'b' }),
};
const server = await serve((request, response) => {
  const path = (request.url ?? '').replace(/\?.*/, '');
  const body = ARCHIVES[path];
  if (body === undefined) response.writeHead(404).end();
  else response.end(body);
}, authority);
const one = `one.test:${server.port}`;

const hash = (algorithm: string, path: string, encoding: 'hex' | 'base64' = 'hex'): string =>
  createHash(algorithm)
    .update(ARCHIVES[path] ?? '')
    .digest(encoding);

let folder: string;
let made = 0;
let target: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-https-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function fetchSpec(
  spec: string,
  options: HttpsResolverOptions = {},
  context: Partial<FetchContext> = {},
): Promise<FetchedPlugin> {
  made += 1;
  target = join(folder, String(made));
  const shared = { allowPrivateHosts: ['127.0.0.1'], ca: authority.ca, lookup, retry: { backoffMs: 1 } };
  const resolver = createResolver({ ...shared, ...options });
  const signal = new AbortController().signal;
  return resolver.fetch(spec, target, { signal, limits: DEFAULT_FETCH_LIMITS, ...context });
}

describe('an archive behind a URL', () => {
  it('is named after its file, and resolves to its URL with its digest', async () => {
    const sha512 = hash('sha512', '/plugin-1.2.3.tgz');
    expect(await fetchSpec(`${one}/plugin-1.2.3.tgz`)).toEqual({
      name: 'plugin-1-2-3',
      resolved: `https://${one}/plugin-1.2.3.tgz#sha512=${sha512}`,
      revision: `sha512:${sha512}`,
    });
    expect((await readdir(target)).sort()).toEqual(['index.js', 'lib']);
  });

  it('gives what lies in its single top folder, also when that holds one of the same name', async () => {
    expect((await fetchSpec(`${one}/PLUGIN.TAR.GZ`)).name).toBe('PLUGIN');
    expect((await readdir(target, { recursive: true })).sort()).toEqual(['index.js', 'plugin', 'plugin/a.js']);
    await fetchSpec(`${one}/two-tops.zip`);
    expect((await readdir(target)).sort()).toEqual(['one', 'two']);
  });

  it('keeps its query, which is part of where it lies', async () => {
    const { resolved } = await fetchSpec(`${one}/plugin-1.2.3.tgz?download=1&x=%2F`);
    expect(resolved).toMatch(/\/plugin-1\.2\.3\.tgz\?download=1&x=%2F#sha512=[0-9a-f]{128}$/);
    expect(server.requests.at(-1)?.url).toBe('/plugin-1.2.3.tgz?download=1&x=%2F');
  });

  it.each(['sha256', 'sha512'])('is checked against a %s in hex or base64', async (algorithm) => {
    const path = '/plugin-1.2.3.tgz';
    const hex = hash(algorithm, path);
    const base64 = hash(algorithm, path, 'base64');
    for (const value of [hex, hex.toUpperCase(), base64, base64.replace(/=+$/, '')]) {
      const { resolved, revision } = await fetchSpec(`${one}${path}#${algorithm}=${value}`);
      expect([resolved, revision]).toEqual([`https://${one}${path}#${algorithm}=${hex}`, `${algorithm}:${hex}`]);
    }
    const wrong = hash(algorithm, '/two-tops.zip');
    await expect(fetchSpec(`${one}${path}#${algorithm}=${wrong}`)).rejects.toMatchObject({
      code: 'INTEGRITY_MISMATCH',
    });
    expect(await readdir(target)).toEqual([]);
  });

  it('is read in lower case where capitals mean the same', async () => {
    const { resolved } = await fetchSpec(`ONE.test:${server.port}/plugin-1.2.3.tgz`);
    expect(resolved).toContain(`https://one.test:${server.port}/`);
  });
});

describe('a pinned archive', () => {
  it('comes from the cache the second time, without any network', async () => {
    const cache = createFolderCache({ folder: join(folder, 'cache') });
    const { resolved } = await fetchSpec(`${one}/plugin-1.2.3.tgz`, { cache });
    const first = await readdir(target, { recursive: true });
    const before = server.requests.length;
    const options = { cache, lookup: async () => Promise.reject(new Error('no network')) };
    const again = await fetchSpec(parseSource(resolved).spec, options, { pinned: 'required' });
    expect(again.resolved).toBe(resolved);
    expect(await readdir(target, { recursive: true })).toEqual(first);
    const sha256 = hash('sha256', '/plugin-1.2.3.tgz');
    await fetchSpec(`${one}/plugin-1.2.3.tgz#sha256=${sha256}`, options);
    expect(server.requests.length).toBe(before);
    await expect(fetchSpec(`${one}/plugin-1.2.3.tgz`, options)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  });

  it('is asked for over the network when the cached bytes were touched', async () => {
    const place = join(folder, 'touched');
    const cache = createFolderCache({ folder: place });
    const { resolved } = await fetchSpec(`${one}/plugin-1.2.3.tgz`, { cache });
    const [name = ''] = await readdir(join(place, 'content'));
    const path = join(place, 'content', name);
    await writeFile(path, tgz({ 'evil.js': 'evil' }));
    const before = server.requests.length;
    await fetchSpec(parseSource(resolved).spec, { cache });
    expect(await readdir(target)).not.toContain('evil.js');
    expect(server.requests.length).toBe(before + 1);
    expect((await readFile(path)).equals(ARCHIVES['/plugin-1.2.3.tgz'] ?? Buffer.alloc(0))).toBe(true);
  });

  it('is all that a policy of pinned sources takes', async () => {
    const before = server.requests.length;
    await expect(fetchSpec(`${one}/plugin-1.2.3.tgz`, {}, { pinned: 'required' })).rejects.toMatchObject({
      code: 'SOURCE_UNPINNED',
      message: 'Expected a pinned "https" source (a digest after "#sha512=" or "#sha256="), got one that may move',
    });
    expect(server.requests.length).toBe(before);
  });
});

describe('limits of the resolver', () => {
  it('count beside those of the fetch, the smaller ones', async () => {
    const spec = `${one}/plugin-1.2.3.tgz`;
    const tooLarge = { code: 'FETCH_TOO_LARGE' };
    await expect(fetchSpec(spec, { limits: { maxFiles: 1 } })).rejects.toMatchObject(tooLarge);
    await expect(fetchSpec(spec, { limits: { maxDepth: 1 } })).rejects.toMatchObject(tooLarge);
    const limits = { ...DEFAULT_FETCH_LIMITS, maxFiles: 1 };
    await expect(fetchSpec(spec, { limits: { maxFiles: 9 } }, { limits })).rejects.toMatchObject(tooLarge);
    await fetchSpec(spec, { limits: { maxFiles: 2 } });
  });
});

describe('the http scheme', () => {
  const plain = serve((_request, response) => response.end(ARCHIVES['/plugin-1.2.3.tgz']));

  it.each(['127.0.0.1', 'localhost'])('reaches %s when it is listed', async (host) => {
    const { port } = await plain;
    const fetched = await fetchSpec(`${host}:${port}/p.tgz`, { scheme: 'http', lookup });
    expect(fetched.resolved).toMatch(new RegExp(`^http://${host}:${port}/p\\.tgz#sha512=`));
    await expect(fetchSpec(`${host}:${port}/p.tgz`, { scheme: 'http', allowPrivateHosts: [] })).rejects.toMatchObject({
      code: 'FETCH_FAILED',
    });
  });

  it.each(['one.test', '10.0.0.1', '93.184.216.34', '[::2]', '127.0.0.1.evil.test'])(
    'never reaches %s',
    async (host) => {
      const options = { scheme: 'http', allowPrivateHosts: [host, '10.0.0.0/8'] } as const;
      await expect(fetchSpec(`${host}/p.tgz`, options)).rejects.toMatchObject({
        code: 'SOURCE_SYNTAX',
        hint: 'Write https:// instead of http://.',
      });
    },
  );

  it('is not known where it was not registered', async () => {
    const registry = new SourceRegistry().register(createResolver());
    await expect(registry.fetch(parseSource('http://127.0.0.1/p.tgz'), join(folder, 'x'))).rejects.toMatchObject({
      code: 'SOURCE_SCHEME_UNKNOWN',
    });
  });
});

describe('a private address', () => {
  it.each([
    ['loopback', '127.0.0.1/p.tgz', []],
    ['a private network', '10.0.0.1/p.tgz', ['192.168.0.0/16']],
    ['loopback over IPv6', '[::1]/p.tgz', []],
    ['link-local', '169.254.1.1/p.tgz', ['10.0.0.0/8']],
    ['cloud metadata, though listed', '169.254.169.254/p.tgz', ['169.254.0.0/16', '169.254.169.254']],
    ['a name that stands for loopback', 'one.test/p.tgz', []],
  ])('of %s is not connected to', async (_, spec, allowPrivateHosts) => {
    await expect(fetchSpec(spec, { allowPrivateHosts })).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      cause: { code: 'ADDRESS_REFUSED' },
    });
  });
});
