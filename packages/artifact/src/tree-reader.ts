import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readIgnoreRules } from './read-ignore-rules.js';
import { readTreeFile } from './read-tree-file.js';
import { statRoot } from './stat-root.js';
import type { TreeFile } from './tree.js';
import { TreeGuard } from './tree-guard.js';
import { DEFAULT_TREE_LIMITS } from './tree-limits.js';
import type { TreeOptions } from './tree-options.js';
import { walkTree } from './walk-tree.js';

/** A folder whose names have passed all rules and whose files can be read. */
export interface TreeReader {
  /** Of all files, in no particular order. */
  readonly paths: readonly string[];
  /** Reads one of them; the pieces go to `onChunk`, whose buffers are its own to keep. */
  read(path: string, onChunk?: (chunk: Buffer) => Promise<void> | void): Promise<TreeFile>;
  /** To be called after the last read: throws `TREE_UNSAFE` when a folder was replaced meanwhile. */
  confirm(): Promise<void>;
}

/** Options of {@link openTree}. */
export interface OpenTreeOptions extends TreeOptions {
  /** True refuses files that have a second name somewhere. */
  readonly singleLink: boolean;
}

/**
 * Lists a folder under the rules; nothing is read yet.
 *
 * @throws MarketplaceError `TREE_NOT_FOUND`, `TREE_UNSAFE`, `TREE_TOO_LARGE`, `IGNORE_INVALID`
 */
export async function openTree(dir: string, options: OpenTreeOptions): Promise<TreeReader> {
  const { signal, singleLink } = options;
  signal?.throwIfAborted();
  // Without it a trailing slash would make a link look like the folder it leads to.
  const root = resolve(dir);
  await statRoot(root);
  // Whatever the root is by now, it counts where it was: a link in its place leads elsewhere.
  const realRoot = join(await realpath(dirname(root)), basename(root));
  const guard = new TreeGuard({ ...DEFAULT_TREE_LIMITS, ...options.limits });
  const ignored = options.view === 'packing' ? await readIgnoreRules(root, signal) : () => false;
  const walk = await walkTree(root, { guard, ignored, signal });
  return {
    paths: walk.paths,
    confirm: walk.confirm,
    read: async (path, onChunk) => {
      const onSize = (size: number) => guard.addBytes(path, size);
      return (await readTreeFile(root, path, { singleLink, realRoot, signal, onSize, onChunk })).file;
    },
  };
}
