import { constants } from 'node:fs';
import { join } from 'node:path';
import { assertOpenedAt } from './assert-opened-at.js';
import { ContentHash } from './content-hash.js';
import { closeDescriptor, openDescriptor, readDescriptor, statDescriptor } from './descriptor.js';
import { errorCode } from './error-code.js';
import { unsafe } from './refusal.js';
import type { TreeFile } from './tree.js';

const LARGEST_READ = 1_048_576;
/** A link is not followed, and a fifo that took the file's place does not block. Windows knows neither flag. */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** How {@link readTreeFile} reads. */
export interface ReadTreeFileOptions {
  /** True refuses a file that has a second name somewhere. */
  readonly singleLink: boolean;
  /** The root without any link in it; given, a file that lies elsewhere is refused. */
  readonly realRoot?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told the size before anything is read; may throw. */
  readonly onSize?: ((size: number) => void) | undefined;
  /** Each piece in turn; the buffer is the receiver's to keep. */
  readonly onChunk?: ((chunk: Buffer) => Promise<void> | void) | undefined;
}

/** A {@link TreeFile} and the mode bits (07777) found on disk. */
export interface ReadTreeFile {
  readonly file: TreeFile;
  readonly mode: number;
}

/**
 * Reads and hashes one regular file of a tree through one handle, never following a link at its name.
 *
 * @throws MarketplaceError `TREE_UNSAFE` for links, special files, and files that change their size meanwhile
 */
export async function readTreeFile(root: string, path: string, options: ReadTreeFileOptions): Promise<ReadTreeFile> {
  options.signal?.throwIfAborted();
  const descriptor = await openWithoutFollowing(root, path);
  try {
    const stat = await statDescriptor(descriptor);
    if (options.realRoot !== undefined) assertOpenedAt(descriptor, join(options.realRoot, path), path);
    if (!stat.isFile()) throw unsafe(path, 'it is not a regular file');
    if (options.singleLink && stat.nlink > 1) throw unsafe(path, 'it is a hard link');
    options.onSize?.(stat.size);
    const file = await readContent({ descriptor, path, size: stat.size, options });
    return { file, mode: stat.mode & 0o7777 };
  } finally {
    await closeDescriptor(descriptor);
  }
}

async function openWithoutFollowing(root: string, path: string): Promise<number> {
  try {
    return await openDescriptor(join(root, path), READ_FLAGS);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ELOOP' || code === 'EMLINK') throw unsafe(path, 'it is a symbolic link');
    if (code === 'ENXIO') throw unsafe(path, 'it is not a regular file');
    throw error;
  }
}

interface Reading {
  readonly descriptor: number;
  readonly path: string;
  readonly size: number;
  readonly options: ReadTreeFileOptions;
}

async function readContent({ descriptor, path, size, options }: Reading): Promise<TreeFile> {
  const content = new ContentHash();
  let length = 0;
  for (let ended = false; !ended; ) {
    // Asking for one byte more than is expected shows growth and the end in the same call.
    const buffer = Buffer.allocUnsafe(Math.min(LARGEST_READ, size - length + 1));
    const read = await readDescriptor(descriptor, buffer);
    length += read;
    if (length > size || (read === 0 && length < size)) throw unsafe(path, 'its size changed while it was read');
    ended = length === size && read < buffer.length;
    if (read === 0) continue;
    const chunk = buffer.subarray(0, read);
    content.update(chunk);
    options.signal?.throwIfAborted();
    await options.onChunk?.(chunk);
  }
  return content.finish(path);
}
