import { archiveInvalid } from './archive-invalid.js';
import { ArchiveSink } from './archive-sink.js';
import { checkIntegrity } from './check-integrity.js';
import { fillTarget } from './fill-target.js';
import { gunzipChunks } from './gunzip-chunks.js';
import type { ReadZipOptions } from './read-zip.js';
import { readSlices, type StoredArchive, storedBytes } from './stored-archive.js';
import type { Tree } from './tree.js';
import { TreeGuard } from './tree-guard.js';
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
  const read = readerFor(Buffer.from(await stored.read(0, HEAD)).toString('latin1'));
  const limits = { ...DEFAULT_TREE_LIMITS, ...options.limits };
  return fillTarget(target, async (writer) => {
    const sink = new ArchiveSink({ guard: new TreeGuard(limits), writer, signal, onProgress });
    await read(stored, sink, { limits, signal });
    return sink.finish();
  });
}

/** Where the mark of a tar ends (POSIX.1-2017, pax, "ustar Interchange Format"). */
const HEAD = 262;

type Read = (archive: StoredArchive, sink: ArchiveSink, options: ReadZipOptions) => Promise<void>;

/** The readers are loaded when they are needed: whoever only lists a tree does not pay for tar and zip. */
function readerFor(head: string): Read {
  if (head.startsWith('\x1f\x8b')) {
    return async (archive, sink, { limits, signal }) => {
      const { readTar } = await import('./read-tar.js');
      return readTar(gunzipChunks(archive, limits, signal), sink, signal);
    };
  }
  if (/^PK(?:\x03\x04|\x05\x06)/.test(head)) {
    return async (archive, sink, options) => {
      const { readZip } = await import('./read-zip.js');
      const bytes = await archive.read(0, archive.size);
      return readZip(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), sink, options);
    };
  }
  if (head.startsWith('ustar', 257)) {
    return async (archive, sink, { signal }) => {
      const { readTar } = await import('./read-tar.js');
      return readTar(readSlices(archive), sink, signal);
    };
  }
  throw archiveInvalid('the first bytes are of no format that is read');
}
