import { randomBytes } from 'node:crypto';
import type { FetchProgress } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-git';
import {
  createRepositories,
  failureOf,
  type GitServer,
  type Repositories,
  startGitServer,
} from '@agentmesh/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchTo } from './support/fetch-to.js';

const BIG = 3 * 1024 * 1024;

let repositories: Repositories;
let modern: GitServer;
let old: GitServer;
let commit: string;

beforeAll(async () => {
  repositories = createRepositories();
  commit = repositories.make('mono', {
    'video.bin': randomBytes(BIG),
    'plugins/one/index.js': 'one',
    'plugins/one/.agentmeshignore': '*.log\n',
    'plugins/one/debug.log': 'noise',
    'plugins/two/index.js': 'two',
  });
  repositories.commit('mono', { 'plugins/one/index.js': 'later' });
  repositories.git('mono', 'config', 'uploadpack.allowFilter', 'true');
  modern = await startGitServer({ root: repositories.root });
  old = await startGitServer({ root: repositories.root, isOld: true });
});
afterAll(async () => {
  await Promise.all([modern.close(), old.close()]);
  repositories.remove();
});

async function fetch({ port }: GitServer, rest: string): Promise<{ files: unknown; arrived: number }> {
  const resolver = createResolver({ allowPrivateHosts: ['127.0.0.1'], plainHosts: [`127.0.0.1:${port}`] });
  let arrived = 0;
  const onProgress = ({ bytes }: FetchProgress): void => {
    arrived = bytes;
  };
  const { files } = await fetchTo(resolver, `127.0.0.1:${port}/mono.git${rest}`, { onProgress });
  return { files, arrived };
}

describe('a folder of a large repository', () => {
  it('comes without the rest, where the server can leave it out', async () => {
    const { files, arrived } = await fetch(modern, `//plugins/one#${commit}`);
    expect(files).toEqual({ 'index.js': 'one' });
    expect(arrived).toBeLessThan(10_000);
  });

  it('comes with the rest where the server gives nothing by id, and the rest stays out', async () => {
    const { files, arrived } = await fetch(old, `//plugins/one#${commit}`);
    expect(files).toEqual({ 'index.js': 'one' });
    expect(arrived).toBeGreaterThan(BIG);
  });

  it('comes from the tip of a branch too', async () => {
    for (const server of [modern, old]) {
      expect((await fetch(server, '//plugins/one#main')).files).toEqual({ 'index.js': 'later' });
    }
  });

  it('tells an id that is not there by the commits alone', async () => {
    const error = await failureOf(fetch(old, `#${'2'.repeat(40)}`));
    expect(error).toMatchObject({ code: 'SOURCE_NOT_FOUND', message: expect.stringContaining('No branch or tag') });
  });
});
