import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCredential } from '@agentmesh/download';
import { DEFAULT_FETCH_LIMITS, type FetchContext } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-npm';
import { createAuthority, startTlsFront, type TlsFront } from '@agentmesh/test-support';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drip, type FakePackage, fakePackages, flood } from './support/fake-registry.js';
import { packageTarball } from './support/package-tarball.js';

const authority = createAuthority('npm.test', 'cdn.test');
const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
const PASSWORD = 's3cret-of-the-test';

let folder: string;
let tarball: Buffer;
const fronts: TlsFront[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-hostile-npm-'));
  tarball = await packageTarball({ 'agent-plugin.yaml': 'name: demo\n', 'index.js': '1' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const front of fronts.splice(0)) await front.close();
});

async function start(packages: Readonly<Record<string, FakePackage>>): Promise<TlsFront> {
  const front = await startTlsFront(authority, { intercept: fakePackages(packages) });
  fronts.push(front);
  return front;
}

/** Fetches `demo` from a registry that answers like that; every host is one that there is a credential for. */
async function fetchDemo(fake: FakePackage, context: Partial<FetchContext> = {}): Promise<readonly string[]> {
  const front = await start({ demo: fake });
  const resolver = createResolver({
    ...{ registry: `https://npm.test:${front.port}`, allowPrivateHosts: ['127.0.0.1'], ca: authority.ca, lookup },
    retry: { attempts: 2, backoffMs: 1 },
    credentials: { find: async () => createCredential(PASSWORD) },
  });
  const target = await mkdtemp(join(folder, 'target-'));
  const { signal } = new AbortController();
  try {
    await resolver.fetch('demo', target, { signal, limits: DEFAULT_FETCH_LIMITS, ...context });
    return await readdir(target);
  } catch (error) {
    await mkdir(target, { recursive: true });
    expect(await readdir(target)).toEqual([]);
    expect(String(error)).not.toContain(PASSWORD);
    expect(String(error)).not.toContain('upstream');
    throw error;
  }
}

describe('what a registry says of a package', () => {
  const says = (body: string): FakePackage => ({ document: (response) => void response.end(body) });

  it.each([
    ['no JSON', '{"upstream'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a package without versions', '{"dist-tags":{}}'],
    ['a package without tags', '{"versions":{}}'],
    ['versions that are a list', '{"versions":["upstream"],"dist-tags":{}}'],
    ['a version that is a text', '{"versions":{"1.0.0":"upstream"},"dist-tags":{"latest":"1.0.0"}}'],
    ['a version without dist', '{"versions":{"1.0.0":{}},"dist-tags":{"latest":"1.0.0"}}'],
    ['a version without tarball', '{"versions":{"1.0.0":{"dist":{"integrity":"x"}}},"dist-tags":{"latest":"1.0.0"}}'],
  ])('is FETCH_FAILED when it is %s', async (_, body) => {
    await expect(fetchDemo(says(body))).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  });

  it.each([
    ['a tag of a version that is not there', '{"versions":{},"dist-tags":{"latest":"1.0.0"}}'],
    ['a tag of a climb', '{"versions":{"../../x":{}},"dist-tags":{"latest":"../../x"}}'],
    ['a tag of an object', '{"versions":{},"dist-tags":{"latest":{}}}'],
    ['a version named after a property of objects', '{"versions":{"__proto__":{}},"dist-tags":{"latest":"__proto__"}}'],
  ])('is SOURCE_NOT_FOUND when it has %s', async (_, body) => {
    await expect(fetchDemo(says(body))).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it('is FETCH_TOO_LARGE when it is a million objects', async () => {
    await expect(fetchDemo(says(`[${'{},'.repeat(1e6)}{}]`))).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });

  it('is FETCH_TOO_LARGE when it never ends', async () => {
    await expect(fetchDemo({ document: flood })).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });

  it('is FETCH_TIMEOUT when it drips', async () => {
    const limits = { ...DEFAULT_FETCH_LIMITS, timeoutMs: 200 };
    await expect(fetchDemo({ document: drip }, { limits })).rejects.toMatchObject({ code: 'FETCH_TIMEOUT' });
  });
});

describe('the integrity of an archive', () => {
  it.each([
    ['absent', undefined],
    ['no text', 7],
    ['empty', ''],
    ['a sha1', 'sha1-Kq5sNclPz7QV2+lfQIuc6R7oRu0='],
    ['too short', 'sha512-AAAA'],
    ['of other bytes', `sha512-${Buffer.alloc(64).toString('base64')}`],
    ['of other bytes, and weaker of the right ones', `sha512-${Buffer.alloc(64).toString('base64')} sha1-x`],
  ])('that is %s is INTEGRITY_MISMATCH', async (_, integrity) => {
    const failed = fetchDemo({ archive: tarball, dist: { integrity } });
    await expect(failed).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  });
});

describe('the URL of an archive', () => {
  it.each([
    ['cloud metadata', 'https://169.254.169.254/latest/meta-data/'],
    ['cloud metadata without TLS', 'http://169.254.169.254/latest/meta-data/'],
    ['an address of the network', 'https://10.0.0.1/x.tgz'],
    ['a file', 'file:///etc/passwd'],
    ['plain http', 'http://cdn.test/x.tgz'],
    ['a user name', 'https://me:upstream@cdn.test/x.tgz'],
    ['no URL', '../x.tgz'],
  ])('is refused when it is %s', async (_, url) => {
    const failed = fetchDemo({ archive: tarball, dist: { tarball: url } });
    await expect(failed).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  });

  it.each(['http://169.254.169.254/', 'file:///etc/passwd', 'http://cdn.test/x', 'https://10.0.0.1/'])(
    'is not followed to %s',
    async (location) => {
      const failed = fetchDemo({ archive: (response) => void response.writeHead(302, { location }).end() });
      await expect(failed).rejects.toMatchObject({
        code: expect.stringMatching(/^(FETCH_FAILED|INTEGRITY_MISMATCH)$/),
      });
    },
  );

  it('may be of another host, which sees no credential, not even its own', async () => {
    const cdn = await start({ files: { archive: tarball } });
    const url = `https://cdn.test:${cdn.port}/files/-/x.tgz`;
    expect(await fetchDemo({ archive: tarball, dist: { tarball: url } })).toContain('agent-plugin.yaml');
    expect(cdn.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('may redirect to another host, which sees no credential', async () => {
    const cdn = await start({ files: { archive: tarball } });
    const location = `https://cdn.test:${cdn.port}/files/-/x.tgz`;
    // The digest is that of no bytes, so the fetch fails; what counts is what the other host saw.
    const archive: FakePackage['archive'] = (response) => void response.writeHead(302, { location }).end();
    await expect(fetchDemo({ archive })).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
    expect(cdn.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(fronts.at(-1)?.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${PASSWORD}`,
      `Bearer ${PASSWORD}`,
    ]);
  });
});

describe('an archive', () => {
  it('is taken without its folder package/', async () => {
    expect((await fetchDemo({ archive: tarball })).toSorted()).toEqual(['agent-plugin.yaml', 'index.js']);
  });

  it('is taken with a top folder of another name', async () => {
    const archive = await packageTarball({ 'agent-plugin.yaml': 'x', 'index.js': '1' }, 'demo-1.0.0');
    expect((await fetchDemo({ archive })).toSorted()).toEqual(['agent-plugin.yaml', 'index.js']);
  });

  it.each([
    ['no archive', Buffer.from('upstream text'), 'ARCHIVE_INVALID'],
    ['nothing', Buffer.alloc(0), 'ARCHIVE_INVALID'],
  ])('that is %s is refused', async (_, archive, code) => {
    await expect(fetchDemo({ archive })).rejects.toMatchObject({ code });
  });

  it('that climbs out is TREE_UNSAFE', async () => {
    const archive = await packageTarball({ '../../evil': 'x', 'index.js': '1' });
    await expect(fetchDemo({ archive })).rejects.toMatchObject({ code: 'TREE_UNSAFE' });
    expect(await readdir(folder)).not.toContain('evil');
  });
});
