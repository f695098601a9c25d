import { crc32, type InflateRaw, inflateRaw, type ZlibOptions } from 'node:zlib';
import type { Entry } from 'yauzl';
import { archiveInvalid } from './archive-invalid.js';

const DEFLATED = 8;

/**
 * The content of a zip entry from its packed bytes: never more than its header states, and all of it.
 *
 * @throws MarketplaceError `ARCHIVE_INVALID`
 */
export async function inflateEntry(packed: Buffer, header: Entry): Promise<Buffer> {
  const content = header.compressionMethod === DEFLATED ? await inflate(packed, header.uncompressedSize) : packed;
  if (content.length !== header.uncompressedSize) throw archiveInvalid('an entry has not the size that it states');
  if (crc32(content) !== header.crc32) throw archiveInvalid('an entry has not the checksum that it states');
  return content;
}

/** What zlib's one-call functions answer with `info: true`; the types know the plain form only. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: InflateRaw;
}

function inflate(packed: Buffer, size: number): Promise<Buffer> {
  const options: ZlibOptions = { maxOutputLength: Math.max(1, size), info: true };
  return new Promise((resolve, reject) => {
    inflateRaw(packed, options, (error, result) => {
      if (error !== null)
        return reject(archiveInvalid('an entry cannot be inflated to the size that it states', error));
      const { buffer, engine } = result as unknown as Inflated;
      if (engine.bytesWritten !== packed.length) return reject(archiveInvalid('an entry has bytes after its end'));
      resolve(buffer);
    });
  });
}
