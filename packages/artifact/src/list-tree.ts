import { FILES_AT_ONCE } from './files-at-once.js';
import { forEachBounded } from './for-each-bounded.js';
import { createTree, type Tree, type TreeFile } from './tree.js';
import type { TreeOptions } from './tree-options.js';
import { openTree } from './tree-reader.js';

/**
 * Lists and hashes a folder. Links are never followed; a file that is a link or of a special kind, or whose name is not
 * portable, is refused. Hard links are refused in the view `packing` only: backups make them of installed files.
 * File system errors pass through.
 *
 * @throws MarketplaceError `TREE_NOT_FOUND`, `TREE_UNSAFE`, `TREE_TOO_LARGE`, `IGNORE_INVALID`; the signal's reason
 */
export async function listTree(dir: string, options: TreeOptions = {}): Promise<Tree> {
  const reader = await openTree(dir, { ...options, singleLink: options.view === 'packing' });
  const files: TreeFile[] = [];
  await forEachBounded(reader.paths, { width: FILES_AT_ONCE, signal: options.signal }, async (path) => {
    files.push(await reader.read(path));
  });
  await reader.confirm();
  return createTree(files);
}
