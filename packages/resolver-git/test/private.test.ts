import { inspect } from 'node:util';
import { type Credentials, createCredential } from '@agentmesh/download';
import { createResolver } from '@agentmesh/resolver-git';
import {
  createAuthority,
  createRepositories,
  failureOf,
  type GitServer,
  type Repositories,
  startGitServer,
} from '@agentmesh/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchTo } from './support/fetch-to.js';
import { argumentsDuring } from './support/watch-processes.js';

const TOKEN = 'ghs_0123456789abcdefSECRET';
const BASE64 = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');

const authority = createAuthority('git.test', 'other.test', 'localhost');
let repositories: Repositories;
let telling: GitServer;
let hiding: GitServer;
let plain: GitServer;
let asked: { host: string; port: number; scheme: string }[];

beforeAll(async () => {
  repositories = createRepositories();
  repositories.make('plugin', { 'index.js': 'private', 'readme.md': 'x'.repeat(50_000) });
  const { root } = repositories;
  telling = await startGitServer({ root, authority, password: TOKEN });
  hiding = await startGitServer({ root, authority, password: TOKEN, hidesPrivate: true });
  plain = await startGitServer({ root, password: TOKEN });
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await Promise.all([telling.close(), hiding.close(), plain.close()]);
  repositories.remove();
});

function credentials(token: string, username?: string): Credentials {
  return {
    find: async (origin) => {
      asked.push({ ...origin });
      return createCredential(token, username);
    },
  };
}

function fetch(server: GitServer, options: { credentials?: Credentials; path?: string; host?: string } = {}) {
  const { path = 'private/plugin.git', host = '127.0.0.1', credentials } = options;
  const resolver = createResolver({
    credentials,
    ca: authority.ca,
    allowPrivateHosts: ['127.0.0.1', 'git.test'],
    plainHosts: [`127.0.0.1:${plain.port}`],
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  return fetchTo(resolver, `${host}:${server.port}/${path}`);
}

describe.each([
  ['a server that answers 401', () => telling],
  ['a server that answers 404', () => hiding],
] as const)('a private repository on %s', (_name, server) => {
  it('comes with the right token, which the exact host is asked for', async () => {
    const fetched = await fetch(server(), { credentials: credentials(TOKEN) });
    expect(fetched).toMatchObject({ name: 'plugin', files: { 'index.js': 'private' } });
    expect(asked).toEqual([{ host: '127.0.0.1', port: server().port, scheme: 'https' }]);
  });

  it('comes with a user name and a password', async () => {
    const fetched = await fetch(server(), { credentials: credentials(TOKEN, 'oauth2') });
    expect(fetched.files['index.js']).toBe('private');
  });

  it('is SOURCE_NOT_FOUND without a token, as a missing one is', async () => {
    const [hidden, missing] = await Promise.all([
      failureOf(fetch(server())),
      failureOf(fetch(server(), { path: 'private/missing.git' })),
    ]);
    expect(hidden).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    expect(missing).toMatchObject({ code: 'SOURCE_NOT_FOUND', message: (hidden as Error).message });
  });

  it('shows a wrong token nowhere', async () => {
    const error = await failureOf(fetch(server(), { credentials: credentials('wrong-token-value') }));
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/wrong-token-value|eC1hY2Nlc3MtdG9rZW4/);
  });
});

it('a refused token is SOURCE_UNAUTHORIZED where the server says so, and SOURCE_NOT_FOUND where it hides', async () => {
  const wrong = { credentials: credentials('wrong') };
  expect(await failureOf(fetch(telling, wrong))).toMatchObject({ code: 'SOURCE_UNAUTHORIZED' });
  expect(await failureOf(fetch(hiding, wrong))).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
});

it('a missing repository is SOURCE_NOT_FOUND with a right token too', async () => {
  const missing = fetch(telling, { credentials: credentials(TOKEN), path: 'private/missing.git' });
  expect(await failureOf(missing)).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
});

it('no credential is asked for, or sent, over http', async () => {
  plain.seen.length = 0;
  const fetched = fetch(plain, { credentials: credentials(TOKEN) });
  expect(await failureOf(fetched)).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  expect(asked).toEqual([]);
  expect(plain.seen.length).toBeGreaterThan(0);
  expect(plain.seen.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
});

it('a token is in no argument of any process, while it is used', async () => {
  const work = fetch(telling, { credentials: credentials(TOKEN) });
  const seen = [...(await argumentsDuring(work))];
  expect(seen.filter((line) => /git\0(?:ls-remote|fetch)|git-remote-https/.test(line)).length).toBeGreaterThan(0);
  expect(seen.filter((line) => line.includes(TOKEN) || line.includes(BASE64))).toEqual([]);
  const { files, ...answer } = await work;
  expect(JSON.stringify([files, answer])).not.toContain(TOKEN);
});

it('a name is resolved once, checked, and connected to by its address', async () => {
  const fetched = await fetch(telling, { credentials: credentials(TOKEN), host: 'git.test' });
  expect(fetched.files['index.js']).toBe('private');
  expect(asked[0]?.host).toBe('git.test');
});

it('a certificate of nobody that is trusted ends the fetch, before the token is sent', async () => {
  telling.seen.length = 0;
  const resolver = createResolver({ allowPrivateHosts: ['127.0.0.1'], credentials: credentials(TOKEN) });
  const error = await failureOf(fetchTo(resolver, `127.0.0.1:${telling.port}/private/plugin.git`));
  expect(error).toMatchObject({ code: 'FETCH_FAILED', message: expect.stringContaining('No safe connection') });
  expect(telling.seen).toEqual([]);
});
