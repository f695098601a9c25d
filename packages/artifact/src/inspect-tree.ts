import { resolve } from 'node:path';
import { comparePaths } from './compare-paths.js';
import { FILES_AT_ONCE } from './files-at-once.js';
import { findAdded } from './find-added.js';
import { forEachBounded } from './for-each-bounded.js';
import { inspectFile } from './inspect-file.js';
import { inspectFolders } from './inspect-folders.js';
import { parentOf } from './parent-of.js';
import type { TreeFile } from './tree.js';
import type { TreeDifference } from './tree-difference.js';
import { DEFAULT_TREE_LIMITS } from './tree-limits.js';
import type { TreeOptions } from './tree-options.js';

/**
 * Reads a folder anew and tells how it differs from the list that it should be, in byte order of the path; empty when it
 * is exactly that. Nothing in the folder makes it throw: links and special files are told too, and no link is followed.
 * What was added is named but not read, and at most `maxFiles` entries beyond the list are looked at.
 * Of the options the view does not count: a tree is compared with all that is there.
 *
 * @throws the signal's reason; file system errors other than a missing or unreadable entry
 */
export async function inspectTree(
  dir: string,
  expected: readonly TreeFile[],
  options: TreeOptions = {},
): Promise<TreeDifference[]> {
  const { signal } = options;
  const limits = { ...DEFAULT_TREE_LIMITS, ...options.limits };
  const root = resolve(dir);
  const { folders, differences } = await inspectFolders(root, expected, signal);
  await forEachBounded(expected, { width: FILES_AT_ONCE, signal }, async (file) => {
    const kind = folders.has(parentOf(file.path)) ? await inspectFile(root, file, signal) : 'missing';
    if (kind !== undefined) differences.push({ path: file.path, kind });
  });
  differences.push(...(await findAdded({ dir: root, expected, folders, limits, signal })));
  return differences.sort((a, b) => comparePaths(a.path, b.path));
}
