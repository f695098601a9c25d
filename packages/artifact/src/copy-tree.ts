import { FILES_AT_ONCE } from './files-at-once.js';
import { fillTarget } from './fill-target.js';
import { forEachBounded } from './for-each-bounded.js';
import { createTree, type Tree, type TreeFile } from './tree.js';
import type { TreeOptions } from './tree-options.js';
import { openTree, type TreeReader } from './tree-reader.js';
import type { TreeWriter } from './tree-writer.js';

/**
 * Copies a folder into an absent or empty one and hashes it on the way: the answer describes the bytes that were written.
 * The guards are those of {@link listTree}, and hard links are refused in both views. Modes follow the content
 * (`#!` → 0755, else 0644). On failure or abort what was written is removed.
 *
 * @throws MarketplaceError `TREE_NOT_FOUND`, `TREE_UNSAFE`, `TREE_TOO_LARGE`, `IGNORE_INVALID`, `TARGET_NOT_EMPTY`; the signal's reason
 */
export async function copyTree(source: string, target: string, options: TreeOptions = {}): Promise<Tree> {
  const reader = await openTree(source, { ...options, singleLink: true });
  return fillTarget(target, (writer) => copyFiles(reader, writer, options.signal));
}

async function copyFiles(reader: TreeReader, writer: TreeWriter, signal: AbortSignal | undefined): Promise<Tree> {
  const files: TreeFile[] = [];
  await forEachBounded(reader.paths, { width: FILES_AT_ONCE, signal }, (path) =>
    writer.write(path, async (append) => {
      const file = await reader.read(path, append);
      files.push(file);
      return file;
    }),
  );
  await reader.confirm();
  return createTree(files);
}
