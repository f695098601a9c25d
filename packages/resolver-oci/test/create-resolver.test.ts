import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCredential, createFolderCache } from '@agentmesh/download';
import { createOciClient, EMPTY_CONFIG, EMPTY_TYPE } from '@agentmesh/oci';
import { DEFAULT_FETCH_LIMITS, type FetchContext, type FetchedPlugin } from '@agentmesh/resolver';
import { createResolver, type OciResolverOptions } from '@agentmesh/resolver-oci';
import {
  createAuthority,
  type DockerRegistry,
  startDockerRegistry,
  startTlsFront,
  type TlsFront,
} from '@agentmesh/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pushFolder } from './support/push-folder.js';

const FILES = { 'agent-plugin.yaml': 'name: demo\n', 'index.js': '1' };
const LINE = 'tester:$2y$05$Sp19HlQyaq8Z3rWjquVJcOFAChLcgJh9Xxa1r6uY4kqpMsYq5HTcm';
const PASSWORD = 's3cret-of-the-test';
const authority = createAuthority('registry.test');
const { signal } = new AbortController();

let folder: string;
let target: string;
let registry: DockerRegistry;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-resolver-oci-'));
  registry = await startDockerRegistry();
});
afterAll(async () => {
  await registry?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  target = await mkdtemp(join(folder, 'target-'));
});

const context = (more: Partial<FetchContext> = {}): FetchContext => ({ signal, limits: DEFAULT_FETCH_LIMITS, ...more });
const fetchSpec = (spec: string, more: OciResolverOptions = {}): Promise<FetchedPlugin> =>
  createResolver({ allowPrivateHosts: ['127.0.0.1'], ...more }).fetch(spec, target, context());

describe('a plugin in a registry', () => {
  it('is fetched by tag, by no tag, which is latest, and by digest', async () => {
    const { digest } = await pushFolder(`${registry.host}/acme/my.demo:latest`, FILES);
    const newer = await pushFolder(`${registry.host}/acme/my.demo:2.0`, { ...FILES, 'index.js': '2' });
    const base = `${registry.host}/acme/my.demo`;
    const cases = [
      [base, digest, '1'],
      [`${base}:2.0`, newer.digest, '2'],
      [`${base}@${newer.digest}`, newer.digest, '2'],
    ] as const;
    for (const [spec, revision, content] of cases) {
      const fetched = await fetchSpec(spec);
      expect(fetched).toEqual({ name: 'my-demo', resolved: `oci://${base}@${revision}`, revision });
      expect(await readFile(join(target, 'index.js'), 'utf8')).toBe(content);
      await rm(target, { recursive: true });
    }
  });

  it('keeps what it is when its tag moves on', async () => {
    const spec = `${registry.host}/acme/moving:latest`;
    await pushFolder(spec, FILES);
    const first = await fetchSpec(spec);
    await pushFolder(spec, { ...FILES, 'index.js': '2' });
    await rm(target, { recursive: true });
    await fetchSpec(first.resolved.slice('oci://'.length));
    expect(await readFile(join(target, 'index.js'), 'utf8')).toBe('1');
  });

  it('is refused when its files are not those that its manifest announces', async () => {
    const spec = `${registry.host}/acme/lying:latest`;
    await pushFolder(spec, FILES, { contentDigest: `h1:${'A'.repeat(43)}=` });
    await expect(fetchSpec(spec)).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
    await mkdir(target, { recursive: true });
    expect(await readdir(target)).toEqual([]);
  });

  it('is refused when its archive is announced as larger than allowed, before it is asked for', async () => {
    const spec = `${registry.host}/acme/sized:latest`;
    await pushFolder(spec, FILES);
    const limits = { ...DEFAULT_FETCH_LIMITS, maxBytes: 10 };
    const resolver = createResolver({ allowPrivateHosts: ['127.0.0.1'] });
    await expect(resolver.fetch(spec, target, context({ limits }))).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });

  it('is no index', async () => {
    const client = createOciClient({ allowPrivateHosts: ['127.0.0.1'] });
    const session = client.open({ registry: registry.host, repository: 'acme/index' }, { access: 'push', signal });
    await session.putBlob(EMPTY_CONFIG.bytes, { mediaType: EMPTY_TYPE });
    const config = EMPTY_CONFIG.descriptor;
    const subject = await session.putManifest({ config, layers: [] });
    await session.putManifest({ config, layers: [config], subject });
    const spec = `${registry.host}/acme/index:${subject.digest.replace(':', '-')}`;
    await expect(fetchSpec(spec)).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('index'),
    });
    const other = fetchSpec(`${registry.host}/acme/index@${subject.digest}`);
    await expect(other).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('no plugin'),
    });
  });
});

describe('a pinned source', () => {
  it.each(['', ':latest', ':1.0.0'])('is none with "%s" as reference, and no network is used', async (reference) => {
    const lookup = () => Promise.reject(new Error('asked'));
    const failed = createResolver({ lookup }).fetch(
      `registry.test/acme/demo${reference}`,
      target,
      context({ pinned: 'required' }),
    );
    await expect(failed).rejects.toMatchObject({ code: 'SOURCE_UNPINNED' });
  });

  it('comes from the cache the second time, when the registry is gone', async () => {
    const other = await startDockerRegistry();
    const cache = createFolderCache({ folder: join(folder, 'cache') });
    await pushFolder(`${other.host}/acme/demo:latest`, FILES);
    const first = await fetchSpec(`${other.host}/acme/demo`, { cache });
    await other.close();
    await rm(target, { recursive: true });
    const spec = first.resolved.slice('oci://'.length);
    expect(await fetchSpec(spec, { cache, retry: { attempts: 1 } })).toEqual(first);
    expect((await readdir(target)).sort()).toEqual(Object.keys(FILES).sort());
  });

  it('comes over the network when the cache fails, which is told', async () => {
    const { digest } = await pushFolder(`${registry.host}/acme/uncached:latest`, FILES);
    const fail = () => Promise.reject(new Error('disk'));
    const problems: string[] = [];
    const cache = { find: fail, put: fail };
    await fetchSpec(`${registry.host}/acme/uncached@${digest}`, {
      cache,
      onProblem: ({ code }) => problems.push(code),
    });
    expect(new Set(problems)).toEqual(new Set(['CACHE_FAILED']));
  });
});

describe('a private registry', () => {
  let behind: DockerRegistry;
  let front: TlsFront;
  let options: OciResolverOptions;
  let spec: string;
  beforeAll(async () => {
    behind = await startDockerRegistry({ kind: 'htpasswd', line: LINE });
    front = await startTlsFront(authority, { port: behind.port });
    options = {
      ...{ allowPrivateHosts: ['127.0.0.1'], ca: authority.ca },
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
      credentials: { find: async () => createCredential(PASSWORD, 'tester') },
    };
    spec = `registry.test:${front.port}/acme/private`;
    await pushFolder(`${spec}:latest`, FILES, { client: options });
  });
  afterAll(async () => {
    await front?.close();
    await behind?.close();
  });

  it('is asked with the credential of its host, and hides what it has from all others', async () => {
    expect(await fetchSpec(spec, options)).toMatchObject({ name: 'private' });
    await rm(target, { recursive: true });
    const hidden = fetchSpec(spec, { ...options, credentials: undefined });
    await expect(hidden).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    const wrong = { find: async () => createCredential('wr0ng', 'tester') };
    await expect(fetchSpec(spec, { ...options, credentials: wrong })).rejects.toMatchObject({
      code: 'SOURCE_UNAUTHORIZED',
    });
  });

  it('is logged in to for the archive alone when the cache has the manifest', async () => {
    const cache = createFolderCache({ folder: join(folder, 'half-a-cache') });
    const { revision = '' } = await fetchSpec(spec, { ...options, cache });
    const manifestAlone = {
      find: async (key: string) => (key === revision ? await cache.find(key) : undefined),
      put: async () => undefined,
    };
    await rm(target, { recursive: true });
    const before = front.requests.length;
    await fetchSpec(`${spec}@${revision}`, { ...options, cache: manifestAlone });
    const asked = front.requests.slice(before).map(({ method, url }) => `${method} ${url.split('/').at(-2)}`);
    expect(asked).toEqual(['HEAD blobs', 'HEAD blobs', 'GET blobs']);
  });
});
