import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
let server: GitServer;

beforeAll(async () => {
  repositories = createRepositories();
  server = await startGitServer({ root: repositories.root });
});
afterAll(async () => {
  await server.close();
  repositories.remove();
});

function fetch(name: string, rest = '', options = {}) {
  const { port } = server;
  const resolver = createResolver({ allowPrivateHosts: ['127.0.0.1'], plainHosts: [`127.0.0.1:${port}`], ...options });
  return fetchTo(resolver, `127.0.0.1:${port}/${name}.git${rest}`);
}

type Entry = readonly [mode: string, name: string | Buffer, id: string];

/** Writes a tree that git itself would refuse to write, and a commit of it. */
function makeRaw(name: string, entries: (blob: string) => readonly Entry[]): void {
  const { make, git, feed } = repositories;
  make(name, { 'index.js': 'x' });
  const blob = git(name, 'rev-parse', 'HEAD:index.js');
  const bytes = entries(blob).map(([mode, entry, id]) =>
    Buffer.concat([Buffer.from(`${mode} `), Buffer.from(entry), Buffer.from([0]), Buffer.from(id, 'hex')]),
  );
  const tree = feed(name, Buffer.concat(bytes), 'hash-object', '-t', 'tree', '-w', '--stdin', '--literally');
  const commit = git(name, 'commit-tree', '-m', 'hostile', tree);
  git(name, 'update-ref', 'refs/heads/main', commit);
}

describe('a repository that is hostile', () => {
  it.each<[attack: string, entries: (blob: string) => readonly Entry[]]>([
    ['a name of two dots', (blob) => [['100644', '..', blob]]],
    ['a name of one dot', (blob) => [['100644', '.', blob]]],
    ['a climb in a name', (blob) => [['100644', '../../evil', blob]]],
    ['an absolute name', (blob) => [['100644', '/tmp/evil', blob]]],
    ['.git', (blob) => [['100644', '.git', blob]]],
    ['.git in another case', (blob) => [['100644', '.GIT', blob]]],
    ['the short name of .git on Windows', (blob) => [['100644', 'git~1', blob]]],
    ['.git with a dot behind', (blob) => [['100644', '.git.', blob]]],
    ['.git with a code point that HFS+ ignores', (blob) => [['100644', '.g\u200cit', blob]]],
    ['a symbolic link', (blob) => [['120000', 'link', blob]]],
    ['a mode that nobody knows', (blob) => [['100666', 'odd', blob]]],
    [
      'two names that differ by case',
      (blob) => [
        ['100644', 'A.js', blob],
        ['100644', 'a.js', blob],
      ],
    ],
    [
      'one name twice',
      (blob) => [
        ['100644', 'a.js', blob],
        ['100644', 'a.js', blob],
      ],
    ],
    ['a name that is not UTF-8', (blob) => [['100644', Buffer.from([0xff, 0xfe]), blob]]],
    ['a backslash', (blob) => [['100644', 'a\\..\\b', blob]]],
    ['a stream of a file on Windows', (blob) => [['100644', '.git::$INDEX_ALLOCATION', blob]]],
    ['a device of Windows', (blob) => [['100644', 'aux.js', blob]]],
    ['a line end', (blob) => [['100644', 'a\nb', blob]]],
  ])('with %s is TREE_UNSAFE', async (attack, entries) => {
    const name = `raw-${attack.replaceAll(/[^a-z]+/gi, '-').toLowerCase()}`;
    makeRaw(name, entries);
    expect(await failureOf(fetch(name))).toMatchObject({ code: 'TREE_UNSAFE' });
  });

  it('with a folder that is a file of the same name is refused', async () => {
    makeRaw('both', (blob) => [
      ['100644', 'a', blob],
      ['40000', 'a', repositories.git('both', 'rev-parse', 'HEAD^{tree}')],
    ]);
    expect(await failureOf(fetch('both'))).toMatchObject({ code: 'TREE_UNSAFE' });
  });

  it('with a tree of trees of itself over and over is FETCH_TOO_LARGE, at once', async () => {
    const { make, git, feed } = repositories;
    make('git-bomb', { 'index.js': 'x' });
    let tree = git('git-bomb', 'rev-parse', 'HEAD^{tree}');
    for (let depth = 0; depth < 10; depth += 1) {
      const lines = Array.from({ length: 10 }, (_, index) => `040000 tree ${tree}\td${index}\n`);
      tree = feed('git-bomb', lines.join(''), 'mktree');
    }
    git('git-bomb', 'update-ref', 'refs/heads/main', git('git-bomb', 'commit-tree', '-m', 'bomb', tree));
    expect(await failureOf(fetch('git-bomb'))).toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });

  it('with attributes, filters, hooks and keywords runs nothing and changes no byte', async () => {
    const marker = join(repositories.root, 'ran');
    const attributes =
      '* export-subst filter=evil ident text eol=crlf working-tree-encoding=UTF-16\nsecret.txt export-ignore\n';
    const files = {
      '.gitattributes': attributes,
      '.gitconfig': `[filter "evil"]\n\tsmudge = touch ${marker}\n`,
      '.lfsconfig': '[lfs]\n\turl = http://127.0.0.1:1/\n',
      '.gitmodules': `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% ${marker}\n\tupdate = !touch ${marker}\n`,
      'hooks/post-checkout': `#!/bin/sh\ntouch ${marker}\n`,
      'keywords.txt': '$Id$ $Format:%H$\nline\n',
      'secret.txt': 'not left out',
      'pointer.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n',
    };
    // The server's own git would fail at these attributes.
    repositories.make('filters', { 'index.js': 'x' });
    const lines = Object.entries(files).map(
      ([path, content]) => `100644 ${repositories.feed('filters', content, 'hash-object', '-w', '--stdin')}\t${path}\n`,
    );
    repositories.feed('filters', lines.join(''), 'update-index', '--add', '--index-info');
    const tree = repositories.git('filters', 'write-tree');
    const commit = repositories.git('filters', 'commit-tree', '-m', 'x', tree);
    repositories.git('filters', 'update-ref', 'refs/heads/main', commit);
    const fetched = await fetch('filters');
    expect(fetched.files).toEqual({ ...files, 'index.js': 'x' });
    expect(existsSync(marker)).toBe(false);
  });

  it('with a submodule comes without it', async () => {
    const { git, make, feed } = repositories;
    const commit = make('super', { 'index.js': 'x', 'lib/a.js': 'a' });
    feed('super', `160000 ${commit}\tlib/sub\n`, 'update-index', '--add', '--index-info');
    const id = git('super', 'commit-tree', '-m', 'x', git('super', 'write-tree'));
    git('super', 'update-ref', 'refs/heads/main', id);
    expect((await fetch('super')).files).toEqual({ 'index.js': 'x', 'lib/a.js': 'a' });
    expect(await failureOf(fetch('super', '//lib/sub'))).toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it('with a link for its ignore file, or a large one, is refused', async () => {
    makeRaw('ignore-link', (blob) => [['120000', '.agentmeshignore', blob]]);
    expect(await failureOf(fetch('ignore-link'))).toMatchObject({ code: 'TREE_UNSAFE' });
    repositories.make('ignore-large', { '.agentmeshignore': '#'.repeat(70_000), 'index.js': 'x' });
    expect(await failureOf(fetch('ignore-large'))).toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });
});

it('what packing leaves out stays out, hostile or not', async () => {
  repositories.make('shipped', { 'index.js': 'x', 'node_modules/y/index.js': 'y', 'debug.log': 'z' });
  makeRaw('ignored', (blob) => {
    const ignore = repositories.feed('ignored', 'link\n*.log\n', 'hash-object', '-w', '--stdin');
    return [
      ['100644', '.agentmeshignore', ignore],
      ['100644', 'a.log', blob],
      ['100644', 'index.js', blob],
      ['120000', 'link', blob],
    ];
  });
  expect((await fetch('shipped')).files).toEqual({ 'index.js': 'x', 'debug.log': 'z' });
  expect((await fetch('ignored')).files).toEqual({ 'index.js': 'x' });
});
