import { MemoryWriter } from './memory-writer.js';
import { readArchive } from './read-archive.js';
import { storedBytes } from './stored-archive.js';
import type { Tree } from './tree.js';
import { DEFAULT_TREE_LIMITS, type TreeLimits } from './tree-limits.js';

/** An archive that was unpacked without a folder. */
export interface UnpackedFiles {
  readonly tree: Tree;
  /** The content of every file by its path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Unpacks a small archive behind the guards of `unpackArchive`, and keeps its files in memory: for who only looks at them.
 *
 * @param options.limits those not given are {@link DEFAULT_TREE_LIMITS}; `maxBytes` is how much memory it may take
 * @throws MarketplaceError `ARCHIVE_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`; the signal's reason
 */
export async function unpackInMemory(
  archive: Uint8Array,
  options: { readonly limits?: Partial<TreeLimits>; readonly signal?: AbortSignal } = {},
): Promise<UnpackedFiles> {
  options.signal?.throwIfAborted();
  const writer = new MemoryWriter();
  const limits = { ...DEFAULT_TREE_LIMITS, ...options.limits };
  const tree = await readArchive(storedBytes(archive), writer, { limits, signal: options.signal });
  return { tree, files: writer.files };
}
