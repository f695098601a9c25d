import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Bare repositories in a folder, as a server has them. */
export interface Repositories {
  readonly root: string;
  /** Makes `<name>.git` with these files in one commit on `main`; answers its id. */
  make(
    name: string,
    files: Readonly<Record<string, string | Buffer>>,
    options?: { format?: 'sha1' | 'sha256' },
  ): string;
  /** Adds a commit to `main` that holds exactly these files; answers its id. */
  commit(name: string, files: Readonly<Record<string, string | Buffer>>): string;
  /** Runs git in a repository and answers what it said. */
  git(name: string, ...args: string[]): string;
  /** Runs git in a repository with something to read. */
  feed(name: string, input: string | Buffer, ...args: string[]): string;
  remove(): void;
}

const ENV = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@test',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@test',
  GIT_AUTHOR_DATE: '1700000000 +0000',
  GIT_COMMITTER_DATE: '1700000000 +0000',
};

export function createRepositories(): Repositories {
  const root = mkdtempSync(join(tmpdir(), 'agentmesh-repositories-'));
  const folder = (name: string): string => join(root, `${name}.git`);
  const feed: Repositories['feed'] = (name, input, ...args) =>
    execFileSync('git', args, { cwd: folder(name), env: { ...ENV, GIT_DIR: folder(name) }, input })
      .toString()
      .trim();
  const git: Repositories['git'] = (name, ...args) => feed(name, '', ...args);
  const commit: Repositories['commit'] = (name, files) => {
    const work = mkdtempSync(join(tmpdir(), 'agentmesh-work-'));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), content);
    }
    git(name, '--work-tree', work, 'add', '--all', '--force', '.');
    git(name, '--work-tree', work, 'commit', '--quiet', '--allow-empty', '--message', 'change');
    rmSync(work, { recursive: true });
    return git(name, 'rev-parse', 'HEAD');
  };
  return {
    root,
    git,
    feed,
    commit,
    make: (name, files, { format = 'sha1' } = {}) => {
      mkdirSync(folder(name), { recursive: true });
      git(name, 'init', '--quiet', '--bare', '--initial-branch=main', `--object-format=${format}`, folder(name));
      return commit(name, files);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
