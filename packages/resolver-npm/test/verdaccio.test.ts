import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCredential, createFolderCache } from '@agentmesh/download';
import { DEFAULT_FETCH_LIMITS, type FetchContext, type FetchedPlugin } from '@agentmesh/resolver';
import { createResolver, type NpmResolverOptions } from '@agentmesh/resolver-npm';
import { createAuthority, startTlsFront, type TlsFront } from '@agentmesh/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OpenRegistry, startOpenRegistry, USER } from './support/npm-registry.js';

const authority = createAuthority('npm.test');
const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
const MANIFEST = { 'agent-plugin.yaml': 'name: demo\n' };

let folder: string;
let target: string;
let registry: OpenRegistry;
let front: TlsFront;
let options: NpmResolverOptions;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-resolver-npm-'));
  registry = await startOpenRegistry();
  front = await startTlsFront(authority, { port: registry.port });
  options = {
    ...{ registry: `https://npm.test:${front.port}`, allowPrivateHosts: ['127.0.0.1'], ca: authority.ca, lookup },
  };
  const demo = (version: string, more: object = {}) =>
    registry.publish({ name: 'demo', version, files: { ...MANIFEST, 'index.js': version }, ...more });
  await demo('1.0.0');
  await demo('1.1.0');
  await demo('1.2.0', { fields: { deprecated: 'broken' } });
  await demo('2.0.0');
  await demo('3.0.0-rc.1', { tag: 'next' });
  await registry.publish({ name: '@acme/my.tool', version: '0.1.0', files: MANIFEST });
  await registry.publish({ name: 'private-demo', version: '1.0.0', files: MANIFEST });
  await registry.publish({
    ...{ name: 'with-scripts', version: '1.0.0', files: MANIFEST },
    fields: { scripts: { preinstall: 'touch ../ran', install: 'touch ../ran', postinstall: 'touch ../ran' } },
  });
});
afterAll(async () => {
  await front?.close();
  await registry?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  target = await mkdtemp(join(folder, 'target-'));
});

const context = (more: Partial<FetchContext> = {}): FetchContext => ({
  signal: new AbortController().signal,
  limits: DEFAULT_FETCH_LIMITS,
  ...more,
});
const fetchSpec = (spec: string, more: NpmResolverOptions = {}): Promise<FetchedPlugin> =>
  createResolver({ ...options, ...more }).fetch(spec, target, context());

describe('a version, as npm picks it', () => {
  it.each([
    ['demo', '2.0.0', 'the one that is tagged latest'],
    ['demo@*', '2.0.0', 'the same for any'],
    ['demo@latest', '2.0.0', 'a tag'],
    ['demo@next', '3.0.0-rc.1', 'another tag'],
    ['demo@1.0.0', '1.0.0', 'an exact version'],
    ['demo@1.2.0', '1.2.0', 'an exact version though it is deprecated'],
    ['demo@^1.0.0', '1.1.0', 'the highest of a range that is not deprecated'],
    ['demo@~1.2', '1.2.0', 'a deprecated one where there is no other'],
    ['demo@>=1.0.0 <2.0.0', '1.1.0', 'a range with a blank'],
    ['demo@1 || 2', '2.0.0', 'an alternative'],
    ['demo@>=3.0.0-0', '3.0.0-rc.1', 'a prerelease that is asked for'],
    ['demo@v1.0.0', '1.0.0', 'a version in another spelling'],
  ])('%s is %s: %s', async (spec, version) => {
    const fetched = await fetchSpec(spec);
    expect(fetched).toEqual({ name: 'demo', resolved: `npm://demo@${version}`, revision: version });
    expect(await readFile(join(target, 'index.js'), 'utf8')).toBe(version);
  });

  it.each(['demo@9.9.9', 'demo@^9', 'demo@>2.0.0', 'demo@no-such-tag', 'demo@constructor', 'absent', '@acme/absent'])(
    '%s is SOURCE_NOT_FOUND',
    async (spec) => {
      await expect(fetchSpec(spec)).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
      expect(await readdir(target)).toEqual([]);
    },
  );
});

describe('a package', () => {
  it('in a scope has its own name, a dot as a hyphen', async () => {
    expect(await fetchSpec('@acme/my.tool')).toMatchObject({ name: 'my-tool', resolved: 'npm://@acme/my.tool@0.1.0' });
    expect((await readdir(target)).sort()).toEqual(['agent-plugin.yaml', 'package.json']);
  });

  it('has its scripts as text and never run', async () => {
    await fetchSpec('with-scripts');
    expect(await readFile(join(target, 'package.json'), 'utf8')).toContain('postinstall');
    expect(await readdir(join(target, '..'))).not.toContain('ran');
  });

  it('comes from a registry on loopback without TLS where that is listed', async () => {
    const plain = { registry: registry.url, allowPrivateHosts: ['127.0.0.1'] };
    expect(await createResolver(plain).fetch('demo', target, context())).toMatchObject({ revision: '2.0.0' });
    const unlisted = createResolver({ registry: registry.url }).fetch('demo', target, context());
    await expect(unlisted).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  });

  it('of an exact version comes from the cache the second time, and no network is used', async () => {
    const cache = createFolderCache({ folder: join(folder, 'cache') });
    const first = await fetchSpec('demo', { cache });
    const seen = front.requests.length;
    await rm(target, { recursive: true });
    const spec = first.resolved.slice('npm://'.length);
    const again = await createResolver({ ...options, cache }).fetch(spec, target, context({ pinned: 'required' }));
    expect(again).toEqual(first);
    expect(await readFile(join(target, 'index.js'), 'utf8')).toBe('2.0.0');
    expect(front.requests).toHaveLength(seen);
  });

  it('comes over the network when the cache fails, which is told', async () => {
    const fail = () => Promise.reject(new Error('disk'));
    const problems: string[] = [];
    const cache = { find: fail, put: fail };
    await fetchSpec('demo@2.0.0', { cache, onProblem: ({ code }) => problems.push(code) });
    expect(new Set(problems)).toEqual(new Set(['CACHE_FAILED']));
  });
});

describe('a private package', () => {
  const credentials = (password: string) => ({
    find: async ({ host, port }: { host: string; port: number }) =>
      host === 'npm.test' && port === front.port ? createCredential(password, USER.name) : undefined,
  });

  it('is fetched with the credential of exactly that host', async () => {
    expect(await fetchSpec('private-demo', { credentials: credentials(USER.password) })).toMatchObject({
      revision: '1.0.0',
    });
  });

  it('is SOURCE_UNAUTHORIZED with a wrong one, and that is not shown', async () => {
    const failed = fetchSpec('private-demo', { credentials: credentials('wr0ng') });
    await expect(failed).rejects.toMatchObject({ code: 'SOURCE_UNAUTHORIZED' });
    await expect(failed).rejects.toMatchObject({ message: expect.not.stringContaining('wr0ng') });
  });

  it('is SOURCE_NOT_FOUND without one', async () => {
    await expect(fetchSpec('private-demo')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });
});

describe('the URL of a registry', () => {
  it.each(['', 'npm', 'ftp://npm.test', 'https://me:secret@npm.test', 'https://npm.test/?x=1', 'https://npm.test/#x'])(
    '%s is refused',
    (url) => {
      expect(() => createResolver({ registry: url })).toThrow(
        expect.objectContaining({ code: 'SETTINGS_INVALID', message: expect.not.stringContaining('secret') }),
      );
    },
  );
});
