import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder beside the target in which git works; it never becomes part of what is fetched. */
export interface GitWorkspace {
  /** An empty folder. */
  readonly home: string;
  /** Makes an empty bare repository; `format` is the length of its ids in hex digits. */
  createRepository(options: { readonly format: number; readonly isPartial?: boolean }): Promise<string>;
  /** Writes a file that only this user can read. */
  writeFile(name: string, text: string): Promise<string>;
  remove(): Promise<void>;
}

/** The name of the remote in settings. */
export const REMOTE = 'source';

const SHA256_DIGITS = 64;

/** Makes the folder. */
export async function createWorkspace(target: string): Promise<GitWorkspace> {
  const root = `${target}.git-${randomBytes(6).toString('hex')}`;
  const home = join(root, 'home');
  await mkdir(root, { mode: 0o700 });
  await mkdir(home);
  let count = 0;
  return {
    home,
    createRepository: async (options) => {
      count += 1;
      const path = join(root, `repository-${count}`);
      await writeRepository(path, options);
      return path;
    },
    writeFile: async (name, text) => {
      const path = join(root, name);
      await writeFile(path, text, { mode: 0o600 });
      return path;
    },
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 3, retryDelay: 30 }),
  };
}

/** By hand rather than with `git init`: no templates, and a process less (gitrepository-layout(5)). */
async function writeRepository(path: string, options: { format: number; isPartial?: boolean }): Promise<void> {
  await mkdir(join(path, 'objects', 'pack'), { recursive: true });
  await Promise.all([
    mkdir(join(path, 'refs')),
    writeFile(join(path, 'HEAD'), 'ref: refs/heads/none\n'),
    writeConfig(path, options),
  ]);
}

/** Writes a repository's own settings anew: git adds to them when it fetches a part, and asks a server for the rest later. */
export async function writeConfig(path: string, options: { format: number; isPartial?: boolean }): Promise<void> {
  const extensions = [
    ...(options.format === SHA256_DIGITS ? ['objectFormat = sha256'] : []),
    ...(options.isPartial === true ? [`partialClone = ${REMOTE}`] : []),
  ];
  const lines = ['[core]', 'repositoryFormatVersion = 1', 'bare = true', '[extensions]', ...extensions, ''];
  await writeFile(join(path, 'config'), lines.join('\n'));
}
