import { createCredential } from '@agentmesh/download';
import { createResolver, type GithubResolverOptions } from '@agentmesh/resolver-github';
import { createAuthority, createRepositories, failureOf, startGitServer } from '@agentmesh/test-support';
import { checkResolver } from '@agentmesh/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { fetchTo } from './support/fetch-to.js';

const TOKEN = 'github-token-SECRET';
const authority = createAuthority('git.test', 'other.test', 'localhost');
const repositories = createRepositories();
const first = repositories.make('owner/Demo.js', { 'index.js': 'first', 'skills/pdf/SKILL.md': 'pdf' });
const tip = repositories.commit('owner/Demo.js', { 'index.js': 'tip', 'skills/pdf/SKILL.md': 'pdf 2' });
repositories.make('owner/second', { 'index.js': 'second', 'readme.md': 'Second' });
const server = await startGitServer({ root: repositories.root, authority, password: TOKEN });
const asked: string[] = [];

afterAll(async () => {
  await server.close();
  repositories.remove();
});

function resolver(options: GithubResolverOptions = {}) {
  return createResolver({
    baseUrl: `https://git.test:${server.port}/private/`,
    ca: authority.ca,
    allowPrivateHosts: ['git.test'],
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    credentials: {
      find: async ({ host, port }) => {
        asked.push(`${host}:${port}`);
        return createCredential(TOKEN);
      },
    },
    ...options,
  });
}

describe('a repository on GitHub', () => {
  it('comes by owner and name, and resolves to a commit', async () => {
    const fetched = await fetchTo(resolver(), 'owner/Demo.js');
    expect(fetched).toMatchObject({ name: 'demo-js', resolved: `github://owner/Demo.js#${tip}`, revision: tip });
    expect(asked.at(-1)).toBe(`git.test:${server.port}`);
  });

  it('comes by folder and commit', async () => {
    const fetched = await fetchTo(resolver(), `owner/Demo.js//skills/pdf#${first.slice(0, 8)}`);
    expect(fetched).toMatchObject({ name: 'pdf', files: { 'SKILL.md': 'pdf' } });
    expect(fetched.resolved).toBe(`github://owner/Demo.js//skills/pdf#${first}`);
  });

  it('may be written with .git', async () => {
    const fetched = await fetchTo(resolver(), 'owner/Demo.js.git#main');
    expect(fetched).toMatchObject({ name: 'demo-js', revision: tip });
  });

  it('that is private is SOURCE_NOT_FOUND without a token and SOURCE_UNAUTHORIZED with a wrong one', async () => {
    const without = fetchTo(resolver({ credentials: undefined }), 'owner/second');
    expect(await failureOf(without)).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    const wrong = { find: async () => createCredential('wrong') };
    const refused = fetchTo(resolver({ credentials: wrong }), 'owner/second');
    expect(await failureOf(refused)).toMatchObject({ code: 'SOURCE_UNAUTHORIZED' });
  });

  it('is asked for at github.com unless said otherwise', async () => {
    const hosts: string[] = [];
    const lookup = async (host: string): Promise<never> => {
      hosts.push(host);
      throw new Error('no network in these tests');
    };
    const error = await failureOf(fetchTo(createResolver({ lookup }), 'owner/repo'));
    expect(error).toMatchObject({ code: 'FETCH_FAILED' });
    expect(hosts).toEqual(['github.com']);
  });

  it('of a server without TLS that is not listed loopback is not fetched', async () => {
    const plain = resolver({ baseUrl: 'http://git.test', allowPrivateHosts: [] });
    expect(await failureOf(fetchTo(plain, 'owner/repo'))).toMatchObject({ code: 'FETCH_FAILED' });
  });
});

it.each([
  '',
  'github.com',
  'ftp://github.com',
  'https://me@github.com',
  'https://me:pw@github.com',
  'https://x/?a',
  'https://x/#a',
])('the base URL "%s" is refused at once', (baseUrl) => {
  expect(() => createResolver({ baseUrl })).toThrow(expect.objectContaining({ code: 'SOURCE_SYNTAX' }));
});

describe('the contract of a resolver, kept by github', () => {
  const checks = checkResolver({
    createResolver: () => resolver(),
    known: { spec: 'owner/Demo.js', name: 'demo-js' },
    other: { spec: 'owner/second', name: 'second' },
    missing: 'owner/third',
    hostile: ['owner', 'owner/', '/owner/repo', 'owner/repo/folder', 'owner/repo#', 'owner//repo', 'a b/c', 'a/b#-x'],
    secret: TOKEN,
    moving: ['owner/Demo.js', 'owner/Demo.js#main', `owner/Demo.js#${tip.slice(0, 20)}`],
    contacts: () => server.seen.length,
    cancellations: 5,
  });
  for (const check of checks) it(check.name, check.run);
});
