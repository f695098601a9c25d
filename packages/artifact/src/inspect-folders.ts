import { join } from 'node:path';
import { foldersOf } from './folders-of.js';
import { lstatIfThere } from './lstat-if-there.js';
import { parentOf } from './parent-of.js';
import type { TreeFile } from './tree.js';
import type { TreeDifference } from './tree-difference.js';

/** The folders that a list of files needs, and what became of them. */
export interface InspectedFolders {
  /** Those that are real folders down from the root, whose own path is empty. */
  readonly folders: ReadonlySet<string>;
  /** Those that a link or something special took the place of. */
  readonly differences: TreeDifference[];
}

/** Looks at every folder of a list, parents first, so that nothing is ever read through a link. */
export async function inspectFolders(
  dir: string,
  expected: readonly TreeFile[],
  signal: AbortSignal | undefined,
): Promise<InspectedFolders> {
  const folders = new Set<string>();
  const differences: TreeDifference[] = [];
  for (const folder of new Set(['', ...expected.flatMap((file) => foldersOf(file.path))])) {
    signal?.throwIfAborted();
    if (folder !== '' && !folders.has(parentOf(folder))) continue;
    const stat = await lstatIfThere(join(dir, folder));
    if (stat === undefined) continue;
    if (stat.isDirectory()) folders.add(folder);
    else differences.push({ path: folder === '' ? '.' : folder, kind: stat.isSymbolicLink() ? 'link' : 'special' });
  }
  return { folders, differences };
}
