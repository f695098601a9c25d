import { archiveInvalid } from './archive-invalid.js';
import { ArchiveSink } from './archive-sink.js';
import { checkIntegrity } from './check-integrity.js';
import { fillTarget } from './fill-target.js';
import { gunzipChunks } from './gunzip-chunks.js';
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
 * @throws MarketplaceError `INTEGRITY_MISMATCH`, `TARGET_NOT_EMPTY`, `ARCHIVE_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`; the signal's reason
 */
export async function unpackArchive(bytes: Uint8Array, target: string, options: UnpackOptions = {}): Promise<Tree> {
  const { signal, integrity, onProgress } = options;
  signal?.throwIfAborted();
  if (integrity !== undefined) checkIntegrity(bytes, integrity);
  const read = readerFor(bytes);
  const limits = { ...DEFAULT_TREE_LIMITS, ...options.limits };
  return fillTarget(target, async (writer) => {
    const sink = new ArchiveSink({ guard: new TreeGuard(limits), writer, signal, onProgress });
    try {
      await read(sink, limits, signal);
    } catch (error) {
      await sink.stop();
      throw error;
    }
    return sink.finish();
  });
}

type Read = (sink: ArchiveSink, limits: TreeLimits, signal: AbortSignal | undefined) => Promise<void>;

/** The readers are loaded when they are needed: whoever only lists a tree does not pay for tar and zip. */
function readerFor(bytes: Uint8Array): Read {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.toString('latin1', 0, 2) === '\x1f\x8b') {
    return async (sink, limits, signal) => {
      const { readTar } = await import('./read-tar.js');
      return readTar(gunzipChunks(view, limits, signal), sink, signal);
    };
  }
  if (/^PK(?:\x03\x04|\x05\x06)$/.test(view.toString('latin1', 0, 4))) {
    return async (sink, limits, signal) => {
      const { readZip } = await import('./read-zip.js');
      return readZip(view, sink, { limits, signal });
    };
  }
  if (view.toString('latin1', 257, 262) === 'ustar') {
    return async (sink, _limits, signal) => {
      const { readTar } = await import('./read-tar.js');
      return readTar(slices(view), sink, signal);
    };
  }
  throw archiveInvalid('the first bytes are of no format that is read');
}

const SLICE = 65_536;

async function* slices(bytes: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < bytes.length; offset += SLICE) yield bytes.subarray(offset, offset + SLICE);
}
