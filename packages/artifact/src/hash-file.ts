import { createHash, hash } from 'node:crypto';
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** A link is not followed, and a fifo that took the file's place does not block. Windows knows neither flag. */
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const LARGEST_READ = 1_048_576;
/** Most files of plugins are smaller; a new buffer for each costs as much as reading it. */
const SMALL = 65_536;
let small: Buffer | undefined;

/** What {@link hashFile} found. */
export interface HashedFile {
  /** In lower-case hex. */
  readonly sha256: string;
  /** Taken before the content was read: whoever changes the file afterwards changes them. */
  readonly stats: BigIntStats;
}

/**
 * Hashes a regular file of exactly `size` bytes, blocking, through one descriptor and never through a link. Undefined for
 * anything else: something special, another size, a size that changes meanwhile. A file of another size is not read at all: whoever
 * put it there may have made it endless.
 *
 * @throws file system errors; `ELOOP` (`EMLINK` on BSD) for a link
 */
export function hashFile(path: string, size: number): HashedFile | undefined {
  const descriptor = openSync(path, READ_FLAGS);
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    if (!stats.isFile() || stats.size !== BigInt(size)) return undefined;
    const sha256 = hashContent(descriptor, size);
    return sha256 === undefined ? undefined : { sha256, stats };
  } finally {
    closeSync(descriptor);
  }
}

function hashContent(descriptor: number, size: number): string | undefined {
  // One byte more than is expected shows growth and the end in the same call.
  const buffer = bufferFor(size + 1);
  const first = readSync(descriptor, buffer, 0, buffer.length, null);
  if (first === size && first < buffer.length) {
    return hash('sha256', buffer.subarray(0, first), 'hex');
  }
  const sha256 = createHash('sha256');
  let length = 0;
  for (let read = first; read > 0; read = readSync(descriptor, buffer, 0, buffer.length, null)) {
    length += read;
    if (length > size) return undefined;
    sha256.update(buffer.subarray(0, read));
  }
  return length === size ? sha256.digest('hex') : undefined;
}

function bufferFor(length: number): Buffer {
  if (length > SMALL) return Buffer.allocUnsafe(Math.min(LARGEST_READ, length));
  small ??= Buffer.allocUnsafe(SMALL);
  return small;
}
