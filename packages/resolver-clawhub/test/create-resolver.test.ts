import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderCache } from '@agentmesh/download';
import { SourceRegistry, type SourceResolver } from '@agentmesh/resolver';
import { type ClawhubResolverOptions, createResolver } from '@agentmesh/resolver-clawhub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ClawhubServer, startClawhub } from './clawhub-server.js';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const SKILL = { 'SKILL.md': '# Weather\n', 'run.sh': '#!/bin/sh\n' };
const handoff = {
  sourceRef: 'public-github',
  repo: 'alice/skills',
  commit: COMMIT,
  contentHash: 'x',
  archiveUrl: 'https://x.test/',
};
const one = (files: Record<string, string>) => ({ owner: 'alice', versions: { '1.0.0': files } });
const SKILLS = {
  weather: {
    owner: 'Alice',
    versions: { '1.0.0': { 'SKILL.md': 'old' }, '2.0.0-rc.1+build.7': SKILL, '2.0.0': SKILL },
    tags: { beta: '2.0.0-rc.1+build.7', odd: '../evil' },
  },
  empty: { owner: 'alice', versions: {} },
  blocked: { ...one(SKILL), blocked: true },
  elsewhere: { ...one(SKILL), handoff: { ...handoff, path: './skills/weather/' } },
  root: { ...one(SKILL), handoff: { ...handoff, path: '.' } },
  nowhere: { ...one(SKILL), handoff: { ...handoff, repo: '--upload-pack=evil/x', path: '' } },
  smuggling: { ...one(SKILL), smuggled: { 'extra.js': 'evil' } },
  promising: { ...one(SKILL), promised: { 'more.md': 'never sent' } },
  swapping: { ...one(SKILL), promised: { 'SKILL.md': 'other' } },
  noting: one({ ...SKILL, '_meta.json': '{}' }),
};

let server: ClawhubServer;
let folder: string;
beforeAll(async () => {
  server = await startClawhub(SKILLS);
});
afterAll(() => server.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-clawhub-'));
  server.requests.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

const files = async () => (await readdir(join(folder, 'plugin'))).sort();

function fetchSkill(spec: string, options: Partial<ClawhubResolverOptions> = {}) {
  const resolver = createResolver({
    baseUrl: server.url,
    allowPrivateHosts: ['127.0.0.1'],
    retry: { backoffMs: 1 },
    ...options,
  });
  return new SourceRegistry().register(resolver).fetch({ scheme: 'clawhub', spec }, join(folder, 'plugin'));
}

describe('a skill of ClawHub', () => {
  it('comes in its latest version, as its author published it', async () => {
    const fetched = await fetchSkill('weather');
    expect(fetched).toMatchObject({ name: 'weather', resolved: 'clawhub://weather@2.0.0', revision: '2.0.0' });
    expect(await files()).toEqual(['SKILL.md', 'run.sh']);
    expect(await readFile(join(folder, 'plugin/SKILL.md'), 'utf8')).toBe('# Weather\n');
  });

  it.each([
    ['weather@latest', '2.0.0'],
    ['weather@beta', '2.0.0-rc.1+build.7'],
    ['weather@1.0.0', '1.0.0'],
    ['weather@2.0.0-rc.1+build.7', '2.0.0-rc.1+build.7'],
  ])('comes in the version that %s names', async (spec, version) => {
    await expect(fetchSkill(spec)).resolves.toMatchObject({
      resolved: `clawhub://weather@${version}`,
      revision: version,
    });
  });

  it('has to be of the owner that is named, in any case', async () => {
    await expect(fetchSkill('alice/weather')).resolves.toMatchObject({ resolved: 'clawhub://alice/weather@2.0.0' });
    await rm(join(folder, 'plugin'), { recursive: true });
    await expect(fetchSkill('mallory/weather@1.0.0')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it('keeps a _meta.json of its own', async () => {
    // ClawHub's note takes the place of the author's in the archive, and the list tells.
    await expect(fetchSkill('noting')).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  });

  it.each([
    ['weather@9.9.9', /no version 9\.9\.9/],
    ['weather@alpha', /no version tagged "alpha"/],
    ['empty', /no version yet/],
    ['blocked@1.0.0', /taken "blocked" off as malware/],
    ['third', /no skill "third"/],
    // The one case of the shared vectors: well formed.
    ['name@1.2.3', /no skill "name"/],
  ])('is missing: %s', async (spec, message) => {
    const missing = { code: 'SOURCE_NOT_FOUND', message: expect.stringMatching(message) };
    await expect(fetchSkill(spec)).rejects.toMatchObject(missing);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is refused when a tag stands for no version', async () => {
    await expect(fetchSkill('weather@odd')).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  });
});

describe('an archive that is not what the server lists', () => {
  it.each([
    ['smuggling', /"extra\.js" is not listed/],
    ['promising', /"more\.md" is listed and missing/],
    ['swapping', /"SKILL\.md" is not the file that is listed/],
  ])('is refused: %s', async (spec, message) => {
    const mismatch = { code: 'INTEGRITY_MISMATCH', message: expect.stringMatching(message) };
    await expect(fetchSkill(spec)).rejects.toMatchObject(mismatch);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a version that was fetched once', () => {
  it('comes out of the cache without a network, and is compared again', async () => {
    const cache = createFolderCache({ folder: join(folder, 'cache') });
    const first = await fetchSkill('alice/weather', { cache });
    await rm(join(folder, 'plugin'), { recursive: true });
    server.requests.length = 0;
    const again = await fetchSkill(first.resolved.slice('clawhub://'.length), { cache });
    expect(again).toMatchObject({ name: 'weather', resolved: first.resolved, revision: '2.0.0' });
    expect(server.requests).toEqual([]);
    expect(await files()).toEqual(['SKILL.md', 'run.sh']);
  });

  it('is asked for anew when the cache lost its archive, or belongs to another server', async () => {
    const cache = createFolderCache({ folder: join(folder, 'cache') });
    await fetchSkill('weather@2.0.0', { cache });
    await rm(join(folder, 'plugin'), { recursive: true });
    server.requests.length = 0;
    await fetchSkill('weather@2.0.0', { cache, baseUrl: `${server.url}/` });
    expect(server.requests).toEqual([]);
    await rm(join(folder, 'plugin'), { recursive: true });
    const other = await startClawhub(SKILLS);
    await fetchSkill('weather@2.0.0', { cache, baseUrl: other.url });
    expect(other.requests).toHaveLength(3);
    await other.close();
    await rm(join(folder, 'plugin'), { recursive: true });
    await rm(join(folder, 'cache/content'), { recursive: true });
    await fetchSkill('weather@2.0.0', { cache });
    expect(server.requests).toHaveLength(3);
  });
});

describe('a cache that cannot be used', () => {
  it('is told, and stops nothing', async () => {
    const broken = () => Promise.reject(new Error('disk'));
    const problems: string[] = [];
    const onProblem = ({ code }: { readonly code: string }) => problems.push(code);
    await fetchSkill('weather@2.0.0', { cache: { find: broken, put: broken }, onProblem });
    expect(await files()).toEqual(['SKILL.md', 'run.sh']);
    expect(new Set(problems)).toEqual(new Set(['CACHE_FAILED']));
  });
});

describe('a skill that GitHub has', () => {
  const asked: string[] = [];
  const github: SourceResolver = {
    scheme: 'github',
    fetch: async (spec) => {
      asked.push(spec);
      return { name: 'weather', resolved: `github://${spec}` };
    },
  };

  it('is fetched from there at the commit that ClawHub names', async () => {
    const fetched = await fetchSkill('elsewhere', { github });
    expect(fetched).toMatchObject({ name: 'elsewhere', resolved: 'clawhub://elsewhere@1.0.0' });
    await rm(join(folder, 'plugin'), { recursive: true });
    await fetchSkill('root', { github });
    expect(asked).toEqual([`alice/skills//skills/weather#${COMMIT}`, `alice/skills#${COMMIT}`]);
  });

  it('is refused without a resolver for it, and when the place is none', async () => {
    await expect(fetchSkill('elsewhere')).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    await expect(fetchSkill('nowhere', { github })).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });
});

describe('a base URL', () => {
  it.each(['clawhub.ai', 'file:///etc', 'https://me:pw@clawhub.ai', 'https://clawhub.ai?x=1'])(
    'is refused: %s',
    (baseUrl) => {
      expect(() => createResolver({ baseUrl })).toThrowError(expect.objectContaining({ code: 'SOURCE_SYNTAX' }));
    },
  );

  it('may have a path', async () => {
    await expect(fetchSkill('weather', { baseUrl: `${server.url}/mirror` })).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
    });
    expect(server.requests.map(({ url }) => url)).toEqual(['/mirror/api/v1/skills/weather']);
  });
});
