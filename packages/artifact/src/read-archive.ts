import { archiveInvalid } from './archive-invalid.js';
import { ArchiveSink } from './archive-sink.js';
import type { FileWriter } from './file-writer.js';
import { gunzipChunks } from './gunzip-chunks.js';
import type { ReadZipOptions } from './read-zip.js';
import { readSlices, type StoredArchive } from './stored-archive.js';
import type { Tree } from './tree.js';
import { TreeGuard } from './tree-guard.js';
import type { TreeLimits } from './tree-limits.js';
import type { UnpackProgress } from './unpack-progress.js';

/** How {@link readArchive} reads. */
export interface ReadArchiveOptions {
  readonly limits: TreeLimits;
  readonly signal: AbortSignal | undefined;
  readonly onProgress?: ((progress: UnpackProgress) => void) | undefined;
}

/**
 * Reads an archive, known by its first bytes, behind the guards, and gives its files to a writer.
 *
 * @throws MarketplaceError `ARCHIVE_INVALID`, `TREE_UNSAFE`, `TREE_TOO_LARGE`; the signal's reason; what the writer throws
 */
export async function readArchive(
  stored: StoredArchive,
  writer: FileWriter,
  { limits, signal, onProgress }: ReadArchiveOptions,
): Promise<Tree> {
  const read = readerFor(Buffer.from(await stored.read(0, HEAD)).toString('latin1'));
  const sink = new ArchiveSink({ guard: new TreeGuard(limits), writer, signal, onProgress });
  await read(stored, sink, { limits, signal });
  return sink.finish();
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
