import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolderCache } from '@agentmesh/download';
import { createResolver, type GitResolverOptions } from '@agentmesh/resolver-git';
import {
  createRepositories,
  failureOf,
  type GitServer,
  type Repositories,
  startGitServer,
} from '@agentmesh/test-support';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchTo } from './support/fetch-to.js';

let repositories: Repositories;
let server: GitServer;
let folder: string;
let commit: string;
const files = { 'index.js': '#!/usr/bin/env node\n', 'lib/ä.js': 'ä', 'lib/empty': '', 'big.txt': 'x'.repeat(600_000) };

beforeAll(async () => {
  repositories = createRepositories();
  commit = repositories.make('plugin', files);
  repositories.make('other', files);
  server = await startGitServer({ root: repositories.root });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'agentmesh-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(async () => {
  await server.close();
  repositories.remove();
});

function fetch(rest: string, options: GitResolverOptions = {}, repository = 'plugin') {
  const { port } = server;
  const shared = { allowPrivateHosts: ['127.0.0.1'], plainHosts: [`127.0.0.1:${port}`] };
  const resolver = createResolver({ ...shared, cache: createFolderCache({ folder }), ...options });
  return fetchTo(resolver, `127.0.0.1:${port}/${repository}.git${rest}`);
}

/** How often the server was asked meanwhile. */
async function requestsOf(work: () => Promise<unknown>): Promise<number> {
  const before = server.seen.length;
  await work();
  return server.seen.length - before;
}

describe('a commit that was fetched once', () => {
  it('comes from the cache the second time, without git and without network', async () => {
    const first = await fetch(`#${commit}`);
    expect(await requestsOf(async () => expect(await fetch(`#${commit}`, { git: '/nowhere' })).toEqual(first))).toBe(0);
    expect(first.files).toEqual(files);
  });

  it('comes from the cache when a branch leads to it, once the branch was asked for', async () => {
    await fetch('#main');
    expect(await requestsOf(() => fetch('#main'))).toBe(2);
  });

  it('is kept folder by folder', async () => {
    await fetch(`//lib#${commit}`);
    expect(await requestsOf(() => fetch(`//lib#${commit}`))).toBe(0);
    expect(await requestsOf(() => fetch(`#${commit}`))).toBeGreaterThan(0);
  });

  it('is not given out for another repository', async () => {
    await fetch(`#${commit}`);
    repositories.git('other', 'update-ref', '-d', 'refs/heads/main');
    expect(await failureOf(fetch(`#${'3'.repeat(40)}`, {}, 'other'))).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    expect(await requestsOf(() => fetch(`#${commit}`, {}, 'other').catch(() => undefined))).toBeGreaterThan(0);
  });

  it('is fetched again when the cache is damaged', async () => {
    const first = await fetch(`#${commit}`);
    const content = join(folder, 'content');
    for (const name of readdirSync(content)) writeFileSync(join(content, name), 'damaged');
    expect(await requestsOf(async () => expect(await fetch(`#${commit}`)).toEqual(first))).toBeGreaterThan(0);
  });

  it('is measured by the limits of today', async () => {
    await fetch(`#${commit}`);
    const strict = fetch(`#${commit}`, { limits: { maxFiles: 2 } });
    expect(await failureOf(strict)).toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });
});

describe('a cache', () => {
  it('that fails stops nothing, and is told of', async () => {
    const problems: string[] = [];
    const broken = {
      find: async () => Promise.reject(new Error('x')),
      put: async () => Promise.reject(new Error('y')),
    };
    const onProblem = ({ code }: { code: string }): void => void problems.push(code);
    expect((await fetch(`#${commit}`, { cache: broken, onProblem })).files).toEqual(files);
    expect(problems).toEqual(['CACHE_FAILED', 'CACHE_FAILED']);
  });

  it.each([
    ['nothing', ''],
    ['a length beyond its end', '\u0000\u0000\u0001\u0000{}'],
    ['a list that is no JSON', '\u0000\u0000\u0000\u0002{]'],
    ['a list of something else', '\u0000\u0000\u0000\u0007[["a"]]'],
    ['less than the list says', '\u0000\u0000\u0000\u0009[["a",5]]x'],
  ])('that holds %s counts as empty', async (_name, text) => {
    const cache = { find: async () => Buffer.from(text, 'latin1'), put: async () => undefined };
    expect((await fetch(`#${commit}`, { cache })).files).toEqual(files);
  });

  it('that holds a climb writes nothing', async () => {
    const list = '[["../evil",1]]';
    const bundle = Buffer.concat([Buffer.from([0, 0, 0, list.length]), Buffer.from(`${list}x`)]);
    const cache = { find: async () => bundle, put: async () => undefined };
    expect(await failureOf(fetch(`#${commit}`, { cache }))).toMatchObject({ code: 'TREE_UNSAFE' });
  });
});
