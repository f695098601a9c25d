import { type BigIntStats, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { foldersOf } from './folders-of.js';
import { forEachInSlices } from './for-each-in-slices.js';
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

/** How {@link inspectFolders} looks. */
export interface InspectFoldersOptions {
  readonly signal: AbortSignal | undefined;
  /** Told of each real folder. */
  readonly onFolder: ((path: string, stats: BigIntStats) => void) | undefined;
}

/** Looks at every folder of a list, parents first, so that nothing is ever read through a link. */
export async function inspectFolders(
  dir: string,
  expected: readonly TreeFile[],
  { signal, onFolder }: InspectFoldersOptions,
): Promise<InspectedFolders> {
  const folders = new Set<string>();
  const differences: TreeDifference[] = [];
  await forEachInSlices(new Set(['', ...expected.flatMap((file) => foldersOf(file.path))]), signal, (folder) => {
    if (folder !== '' && !folders.has(parentOf(folder))) return;
    const stats = lstatSync(join(dir, folder), { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return;
    if (stats.isDirectory()) {
      folders.add(folder);
      onFolder?.(folder, stats);
    } else differences.push({ path: folder === '' ? '.' : folder, kind: stats.isSymbolicLink() ? 'link' : 'special' });
  });
  return { folders, differences };
}
