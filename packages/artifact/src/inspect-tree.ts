import type { BigIntStats } from 'node:fs';
import { resolve } from 'node:path';
import { comparePaths } from './compare-paths.js';
import { findAdded } from './find-added.js';
import { forEachInSlices } from './for-each-in-slices.js';
import { inspectFile } from './inspect-file.js';
import { inspectFolders } from './inspect-folders.js';
import { parentOf } from './parent-of.js';
import type { TreeFile } from './tree.js';
import type { TreeDifference } from './tree-difference.js';
import { DEFAULT_TREE_LIMITS } from './tree-limits.js';
import type { TreeOptions } from './tree-options.js';

/** How {@link inspectTree} looks. */
export interface InspectOptions extends TreeOptions {
  /** True when the files are to be 0444 or 0555 instead of 0644 or 0755 (default false). */
  readonly readOnly?: boolean;
  /** Told of each file that is as expected, as it was before it was read. */
  readonly onFile?: (path: string, stats: BigIntStats) => void;
  /** Told of each real folder that the list needs, as it was before its entries were read; the root is ''. */
  readonly onFolder?: (path: string, stats: BigIntStats) => void;
}

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
  options: InspectOptions = {},
): Promise<TreeDifference[]> {
  const { signal, readOnly = false, onFile, onFolder } = options;
  const limits = { ...DEFAULT_TREE_LIMITS, ...options.limits };
  const root = resolve(dir);
  const { folders, differences } = await inspectFolders(root, expected, { signal, onFolder });
  await forEachInSlices(expected, signal, (file) => {
    const kind = folders.has(parentOf(file.path)) ? inspectFile(root, file, { readOnly, onFile }) : 'missing';
    if (kind !== undefined) differences.push({ path: file.path, kind });
  });
  differences.push(...(await findAdded({ dir: root, expected, folders, limits, signal })));
  return differences.sort((a, b) => comparePaths(a.path, b.path));
}
