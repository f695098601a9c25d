import { ArchiveSink } from './archive-sink.js';
import { fillTarget } from './fill-target.js';
import type { Tree } from './tree.js';
import { TreeGuard } from './tree-guard.js';
import { DEFAULT_TREE_LIMITS, type TreeLimits } from './tree-limits.js';
import type { UnpackProgress } from './unpack-progress.js';

/** One file that is to be written. Its content adds up to `size`, or reading it throws. */
export interface TreeEntry {
  readonly path: string;
  /** In bytes; counted before the content is asked for. */
  readonly size: number;
  /** The content, whole or in pieces. */
  readonly content: () => Uint8Array | AsyncIterable<Uint8Array>;
}

/** How {@link writeTree} writes. */
export interface WriteTreeOptions {
  /** Those not given are {@link DEFAULT_TREE_LIMITS}. */
  readonly limits?: Partial<TreeLimits>;
  readonly signal?: AbortSignal;
  /** Called after each file; must not throw. */
  readonly onProgress?: (progress: UnpackProgress) => void;
}

/**
 * Writes files that come one after the other from anywhere, under the guards of `unpackArchive`, into an absent or empty folder.
 * Each entry is taken up before the next one is asked for; modes follow the content. On failure or abort what was written is removed.
 *
 * @throws MarketplaceError `TARGET_NOT_EMPTY`, `TREE_UNSAFE`, `TREE_TOO_LARGE`; the signal's reason; what the entries throw
 */
export async function writeTree(
  target: string,
  entries: AsyncIterable<TreeEntry>,
  options: WriteTreeOptions = {},
): Promise<Tree> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const guard = new TreeGuard({ ...DEFAULT_TREE_LIMITS, ...options.limits });
  return fillTarget(target, async (writer) => {
    const sink = new ArchiveSink({ guard, writer, signal, onProgress });
    for await (const { path, size, content } of entries) {
      sink.declareFile(path, size);
      const chunks = content();
      await sink.write(path, size, chunks instanceof Uint8Array ? [chunks] : chunks);
    }
    return sink.finish();
  });
}
