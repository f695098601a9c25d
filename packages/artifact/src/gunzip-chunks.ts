import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { archiveInvalid, decoded } from './archive-invalid.js';
import { mostUnpacked } from './most-unpacked.js';
import { tooLarge } from './refusal.js';
import { readSlices, type StoredArchive } from './stored-archive.js';
import type { TreeLimits } from './tree-limits.js';

const CHUNK = 65_536;

/** Gunzips piece by piece and stops a bomb while its bytes arrive. Throws `ARCHIVE_INVALID`, `TREE_TOO_LARGE`. */
export async function* gunzipChunks(
  archive: StoredArchive,
  limits: TreeLimits,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip({ chunkSize: CHUNK });
  const packed = Readable.from(readSlices(archive), { objectMode: false });
  // What goes wrong comes out of the gunzip: the callback has nothing to add.
  pipeline(packed, gunzip, () => undefined);
  const most = mostUnpacked(archive.size, limits);
  let total = 0;
  for await (const chunk of decoded<Buffer>(gunzip, signal)) {
    total += chunk.length;
    if (!(total <= most)) throw tooLarge('the archive', `it unpacks to more than ${limits.maxRatio} times its size`);
    yield chunk;
  }
  // Node's gunzip ends quietly at the last member; what follows must not hide in the archive.
  if (gunzip.bytesWritten !== archive.size) throw archiveInvalid('there are bytes after the end of the gzip');
}
