import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { forEachBounded } from './for-each-bounded.js';
import type { IgnoreRules } from './ignore-rules.js';
import { unsafe } from './refusal.js';
import { statRoot } from './stat-root.js';
import type { TreeGuard } from './tree-guard.js';

const FOLDERS_AT_ONCE = 8;

/** How {@link walkTree} walks. */
export interface WalkOptions {
  readonly guard: TreeGuard;
  /** What is left out is neither opened nor looked into. */
  readonly ignored: IgnoreRules;
  readonly signal?: AbortSignal | undefined;
}

/** The files below a folder, and a check that its folders are still the ones that were walked. */
export interface Walk {
  readonly paths: readonly string[];
  /** Throws `TREE_UNSAFE` when a folder was replaced meanwhile, by a link for example. */
  confirm(): Promise<void>;
}

/**
 * Lists the paths of all files below a real folder, without opening any.
 *
 * @throws MarketplaceError `TREE_NOT_FOUND`, `TREE_UNSAFE` for links, special files and bad names, `TREE_TOO_LARGE`
 */
export async function walkTree(root: string, options: WalkOptions): Promise<Walk> {
  const paths: string[] = [];
  const folders = new Map<string, Stats>([['', await statRoot(root)]]);
  const bounds = { width: FOLDERS_AT_ONCE, signal: options.signal };
  let level = [''];
  while (level.length > 0) {
    const next: string[] = [];
    await forEachBounded(level, bounds, async (folder) => {
      for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (options.ignored(path, entry.isDirectory())) continue;
        if (isFolder(entry, path, options.guard)) next.push(path);
        else paths.push(path);
      }
    });
    await forEachBounded(next, bounds, async (folder) => {
      folders.set(folder, await statFolder(root, folder));
    });
    level = next;
  }
  return { paths, confirm: () => confirmFolders(root, folders, options.signal) };
}

function isFolder(entry: Dirent, path: string, guard: TreeGuard): boolean {
  if (entry.isDirectory()) {
    guard.addFolder(path);
    return true;
  }
  guard.addFile(path);
  if (entry.isSymbolicLink()) throw unsafe(path, 'it is a symbolic link');
  if (!entry.isFile()) throw unsafe(path, 'it is not a regular file');
  return false;
}

async function statFolder(root: string, folder: string): Promise<Stats> {
  const stat = await lstat(join(root, folder));
  if (!stat.isDirectory()) throw replaced(folder);
  return stat;
}

async function confirmFolders(
  root: string,
  folders: ReadonlyMap<string, Stats>,
  signal: AbortSignal | undefined,
): Promise<void> {
  await forEachBounded(folders, { width: FOLDERS_AT_ONCE, signal }, async ([folder, before]) => {
    const now = await statFolder(root, folder);
    if (now.ino !== before.ino || now.dev !== before.dev) throw replaced(folder);
  });
}

function replaced(folder: string): Error {
  return unsafe(folder === '' ? '.' : folder, 'the folder was replaced while it was read');
}
