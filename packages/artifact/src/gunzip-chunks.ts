import { pipeline, Readable } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import { archiveInvalid, decoded } from './archive-invalid.js';
import { mostUnpacked } from './most-unpacked.js';
import { tooLarge } from './refusal.js';
import { readSlices, type StoredArchive } from './stored-archive.js';
import type { TreeLimits } from './tree-limits.js';

const CHUNK = 65_536;
/** Packed and unpacked bytes of an archive that is gunzipped at once; no ratio is counted for so few. */
const SMALL = { packed: 131_072, unpacked: 1_048_576 };

/** Gunzips piece by piece and stops a bomb while its bytes arrive. Throws `ARCHIVE_INVALID`, `TREE_TOO_LARGE`. */
export async function* gunzipChunks(
  archive: StoredArchive,
  limits: TreeLimits,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const small = gunzipSmall(archive);
  if (small !== undefined) {
    yield small;
    return;
  }
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

/** Undefined for what is not small, and for what is not sound: that is told while it is read piece by piece. */
function gunzipSmall({ whole: bytes }: StoredArchive): Uint8Array | undefined {
  if (bytes === undefined || bytes.length > SMALL.packed) return undefined;
  try {
    // With `info` the answer has more than its type says.
    const answer: unknown = gunzipSync(bytes, { maxOutputLength: SMALL.unpacked, info: true });
    return isInformed(answer) && answer.engine.bytesWritten === bytes.length ? answer.buffer : undefined;
  } catch {
    return undefined;
  }
}

interface Informed {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

function isInformed(answer: unknown): answer is Informed {
  return typeof answer === 'object' && answer !== null && 'buffer' in answer && 'engine' in answer;
}
