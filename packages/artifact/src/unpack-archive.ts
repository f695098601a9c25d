import { checkIntegrity } from './check-integrity.js';
import { fillTarget } from './fill-target.js';
import { readArchive } from './read-archive.js';
import { type StoredArchive, storedBytes } from './stored-archive.js';
import type { Tree } from './tree.js';
import { DEFAULT_TREE_LIMITS, type TreeLimits } from './tree-limits.js';
import type { UnpackProgress } from './unpack-progress.js';

/** How {@link unpackArchive} unpacks. */
export interface UnpackOptions {
  /** Those not given are {@link DEFAULT_TREE_LIMITS}. They count what comes out; the archive's own size is the caller's to limit. */
  readonly limits?: Partial<TreeLimits>;
  readonly signal?: AbortSignal;
  /** `sha512-…` that the archive must have; checked before anything is read. */
  readonly integrity?: string;
  /** Called after each file; must not throw. */
  readonly onProgress?: (progress: UnpackProgress) => void;
}

/**
 * Unpacks a `.tgz`, `.tar` or `.zip`, known by its first bytes, into an absent or empty folder and hashes on the way:
 * the answer describes the bytes that were written. Only plain files under portable names pass; modes follow the content.
 * On failure or abort what was written is removed. File system errors pass through.
 *
 * @param archive bytes in memory, or one that is read piece by piece; of that a `.zip` and what `integrity` is checked of are
 * held in memory all the same
 * @throws MarketplaceError `INTEGRITY_MISMATCH`, `TARGET_NOT_EMPTY`, `ARCHIVE_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`; the signal's reason
 */
export async function unpackArchive(
  archive: Uint8Array | StoredArchive,
  target: string,
  options: UnpackOptions = {},
): Promise<Tree> {
  const { signal, integrity, onProgress } = options;
  signal?.throwIfAborted();
  const stored = archive instanceof Uint8Array ? storedBytes(archive) : archive;
  if (integrity !== undefined) checkIntegrity(await stored.read(0, stored.size), integrity);
  const limits = { ...DEFAULT_TREE_LIMITS, ...options.limits };
  return fillTarget(target, (writer) => readArchive(stored, writer, { limits, signal, onProgress }));
}
