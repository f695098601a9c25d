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

let repositories: Repositories;
let modern: GitServer;
let old: GitServer;
let first: string;
let second: string;
let middle: string;
let feature: string;
let tip: string;
let unreachable: string;
let tagObject: string;
let wide: string;

beforeAll(async () => {
  repositories = createRepositories();
  const { git } = repositories;
  first = repositories.make('plugin', { 'index.js': 'first', 'lib/a.js': 'a' });
  git('plugin', 'tag', 'v1');
  git('plugin', 'tag', '--annotate', '--message', 'the second', 'v1-annotated', first);
  tagObject = git('plugin', 'rev-parse', 'v1-annotated');
  second = repositories.commit('plugin', { 'index.js': 'second' });
  git('plugin', 'branch', 'both', second);
  git('plugin', 'tag', 'both', first);
  git('plugin', 'branch', 'feature/login');
  git('plugin', 'symbolic-ref', 'HEAD', 'refs/heads/feature/login');
  feature = repositories.commit('plugin', { 'index.js': 'feature' });
  git('plugin', 'symbolic-ref', 'HEAD', 'refs/heads/main');
  middle = repositories.commit('plugin', { 'index.js': 'middle', 'lib/a.js': 'a in the middle' });
  tip = repositories.commit('plugin', { 'index.js': 'tip', 'bin/run': '#!/bin/sh\n' });
  unreachable = repositories.commit('plugin', { 'index.js': 'by somebody else' });
  git('plugin', 'update-ref', 'refs/heads/main', tip);
  git('plugin', 'update-ref', 'refs/pull/1/head', unreachable);
  wide = repositories.make('wide', { 'index.js': 'wide', 'lib/b.js': 'b' }, { format: 'sha256' });
  modern = await startGitServer({ root: repositories.root });
  old = await startGitServer({ root: repositories.root, isOld: true });
});
afterAll(async () => {
  await Promise.all([modern.close(), old.close()]);
  repositories.remove();
});

describe.each([
  ['a server that gives commits by id', () => modern],
  ['a server that refuses commits by id', () => old],
] as const)('on %s', (_name, server) => {
  const spec = (rest: string): string => `127.0.0.1:${server().port}/plugin.git${rest}`;
  const fetch = (rest: string, options = {}) => fetchTo(plainResolver(server()), spec(rest), options);
  const expectFetched = async (rest: string, commit: string, content: string): Promise<void> => {
    const fetched = await fetch(rest);
    expect(fetched).toMatchObject({ name: 'plugin', revision: commit, resolved: `git://${spec(`#${commit}`)}` });
    expect(fetched.files['index.js']).toBe(content);
  };

  it('no ref is the default branch', () => expectFetched('', tip, 'tip'));
  it('HEAD is the default branch', () => expectFetched('#HEAD', tip, 'tip'));
  it('a branch with a slash is its tip', () => expectFetched('#feature/login', feature, 'feature'));
  it('a tag is its commit', () => expectFetched('#v1', first, 'first'));
  it('an annotated tag is the commit it stands for', () => expectFetched('#v1-annotated', first, 'first'));
  it('refs/heads/… is that branch', () => expectFetched('#refs/heads/both', second, 'second'));
  it('refs/tags/… of an annotated tag is its commit', () => expectFetched('#refs/tags/v1-annotated', first, 'first'));
  it('refs/pull/… is what the forge put there', () =>
    expectFetched('#refs/pull/1/head', unreachable, 'by somebody else'));
  it('a name that is a tag and a branch is the tag', () => expectFetched('#both', first, 'first'));
  it('the id of a tip', () => expectFetched(`#${tip}`, tip, 'tip'));
  it('the id of a commit in the middle of the history', () => expectFetched(`#${middle}`, middle, 'middle'));
  it('the start of the id of a tip', () => expectFetched(`#${tip.slice(0, 9)}`, tip, 'tip'));
  it('the start of the id of a commit in the middle of the history', () =>
    expectFetched(`#${middle.slice(0, 9)}`, middle, 'middle'));

  it.each(['nope', 'nope/nope', 'refs/heads/nope', 'a..b', 'topic.lock', '0000000', '@', 'V1'])(
    'a ref %s that is not there is SOURCE_NOT_FOUND',
    async (ref) => {
      expect(await failureOf(fetch(`#${ref}`))).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    },
  );

  it('an id that is not there is SOURCE_NOT_FOUND', async () => {
    expect(await failureOf(fetch(`#${'1'.repeat(40)}`))).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it('the id of a tag object or of a tree is no commit', async () => {
    const tree = repositories.git('plugin', 'rev-parse', `${tip}^{tree}`);
    for (const id of [tagObject, tree])
      expect(await failureOf(fetch(`#${id}`))).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it('the start of the id of a commit that only a pull request holds is not found', async () => {
    expect(await failureOf(fetch(`#${unreachable.slice(0, 9)}`))).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it('a folder comes alone, under its own name', async () => {
    const fetched = await fetch('//lib#v1');
    expect(fetched).toMatchObject({ name: 'lib', files: { 'a.js': 'a' }, resolved: `git://${spec(`//lib#${first}`)}` });
  });

  it('a folder of a commit in the middle of the history', async () => {
    const fetched = await fetch(`//lib#${middle}`);
    expect(fetched).toMatchObject({ revision: middle, files: { 'a.js': 'a in the middle' } });
  });

  it('a folder that is not there, and a file for a folder, are SOURCE_NOT_FOUND', async () => {
    for (const path of ['nope', 'lib/nope', 'index.js', 'Lib']) {
      expect(await failureOf(fetch(`//${path}#v1`))).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    }
  });

  it('where pinned sources are required only a full id passes, and nobody is asked about others', async () => {
    const before = server().seen.length;
    for (const ref of ['', '#main', '#v1', `#${tip.slice(0, 12)}`, '#HEAD', `#${tip.toUpperCase()}`, `#${tip}0`]) {
      expect(await failureOf(fetch(ref, { pinned: 'required' }))).toMatchObject({ code: 'SOURCE_UNPINNED' });
    }
    expect(server().seen).toHaveLength(before);
    expect(await fetch(`#${tip}`, { pinned: 'required' })).toMatchObject({ revision: tip });
  });
});

it('a pinned source is one transfer, and no list of refs is asked for', async () => {
  const before = modern.seen.length;
  await fetchTo(plainResolver(modern), `127.0.0.1:${modern.port}/plugin.git#${tip}`);
  expect(modern.seen.slice(before).map(({ method }) => method)).toEqual(['GET', 'POST']);
});

it('a repository with ids of SHA-256 is fetched by branch, by id and by the start of one', async () => {
  for (const ref of ['main', wide, wide.slice(0, 10)]) {
    const fetched = await fetchTo(plainResolver(modern), `127.0.0.1:${modern.port}/wide.git#${ref}`);
    expect(fetched).toMatchObject({ revision: wide, files: { 'index.js': 'wide', 'lib/b.js': 'b' } });
  }
  expect(wide).toHaveLength(64);
});

it('files that begin with #! are executable, others are not', async () => {
  const { modes } = await fetchTo(plainResolver(modern), `127.0.0.1:${modern.port}/plugin.git`);
  expect(modes).toEqual({ 'bin/run': 0o755, 'index.js': 0o644 });
});

it('several commits that begin with the same digits are told apart by more of them', async () => {
  const { git, feed } = repositories;
  repositories.make('crowd', { 'index.js': 'x' });
  const tree = git('crowd', 'rev-parse', 'HEAD^{tree}');
  const commits = Array.from({ length: 1500 }, (_, index) => {
    return `commit refs/heads/main\ncommitter A <a@test> ${index} +0000\ndata 1\nx\nM 040000 ${tree} \n\n`;
  });
  feed('crowd', `reset refs/heads/main\n\n${commits.join('')}`, 'fast-import', '--quiet', '--force');
  const ids = git('crowd', 'rev-list', 'main').split('\n');
  const starts = ids.map((id) => id.slice(0, 4));
  const shared = starts.find((start, index) => starts.indexOf(start) !== index) ?? '';
  const spec = `127.0.0.1:${modern.port}/crowd.git#`;
  const error = await failureOf(fetchTo(plainResolver(modern), spec + shared));
  expect(error).toMatchObject({ code: 'SOURCE_NOT_FOUND', message: expect.stringContaining('Several commits') });
  const exact = ids.find((id) => id.startsWith(shared)) ?? '';
  expect(await fetchTo(plainResolver(modern), spec + exact.slice(0, 12))).toMatchObject({ revision: exact });
});

function plainResolver({ port }: GitServer) {
  return createResolver({ allowPrivateHosts: ['127.0.0.1'], plainHosts: [`127.0.0.1:${port}`] });
}

it('a branch that moves between the question and the fetch is fetched as it was answered', async () => {
  const name = 'moving';
  const before = repositories.make(name, { 'index.js': 'before' });
  const after = repositories.commit(name, { 'index.js': 'after' });
  const { git } = repositories;
  git(name, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  // The list of refs is an old one; whoever fetches by name gets the new commit.
  const stale = await startGitServer({
    root: repositories.root,
    intercept: (request, response) => {
      if (request.headers['git-protocol'] !== undefined) return false;
      const head = `${before} HEAD\0 agent=git/test\n`;
      const line = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text;
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
      response.end(`${line('# service=git-upload-pack\n')}0000${line(head)}0000`);
      return true;
    },
  });
  const fetched = await fetchTo(plainResolver(stale), `127.0.0.1:${stale.port}/${name}.git`);
  expect(fetched).toMatchObject({ revision: before, files: { 'index.js': 'before' } });
  expect(before).not.toBe(after);
  await stale.close();
});
