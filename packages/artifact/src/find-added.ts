import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './error-code.js';
import { findPathFault } from './find-path-fault.js';
import { foldersOf } from './folders-of.js';
import type { TreeFile } from './tree.js';
import type { TreeDifference } from './tree-difference.js';
import type { TreeLimits } from './tree-limits.js';

/** What {@link findAdded} looks at. */
export interface FindAddedOptions {
  readonly dir: string;
  readonly expected: readonly TreeFile[];
  /** Real folders that the list needs; `inspectFolders` has spoken about the others. */
  readonly folders: ReadonlySet<string>;
  readonly limits: TreeLimits;
  readonly signal: AbortSignal | undefined;
}

/** Names everything in a folder that its list does not, up to `maxFiles` entries beyond the list. */
export async function findAdded(options: FindAddedOptions): Promise<TreeDifference[]> {
  const { dir, expected, limits, signal } = options;
  const paths = new Set(expected.map((file) => file.path));
  const known = new Set([...paths].flatMap(foldersOf));
  const found: TreeDifference[] = [];
  const open = options.folders.has('') ? [''] : [];
  let left = paths.size + known.size + limits.maxFiles;
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    signal?.throwIfAborted();
    for (const entry of await entriesOf(join(dir, folder))) {
      left -= 1;
      if (!(left >= 0)) return found;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && findPathFault(path, limits) === undefined) open.push(path);
      else if (!paths.has(path) && !known.has(path)) found.push({ path, kind: kindOf(entry) });
    }
  }
  return found;
}

function kindOf(entry: Dirent): TreeDifference['kind'] {
  if (entry.isSymbolicLink()) return 'link';
  return entry.isFile() || entry.isDirectory() ? 'added' : 'special';
}

/** A folder that vanished or cannot be read holds nothing that could be told; its listed files are told as missing. */
async function entriesOf(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(errorCode(error) ?? '')) return [];
    throw error;
  }
}
