import { brokenPack } from './broken-pack.js';

const COPY = 0x80;
const DEFAULT_COPY_BYTES = 0x10000;

/** Reads how large the object is that a delta makes: the second of the two sizes that it begins with. */
export function deltaResultSize(delta: Buffer): number {
  return readSizes(delta).result;
}

/**
 * Makes an object out of the one that it is based on and a delta: pieces of the base, and new bytes (gitformat-pack(5), "Deltified
 * representation").
 *
 * @throws MarketplaceError `FETCH_FAILED` for a delta that does not add up
 */
export function applyDelta(base: Buffer, delta: Buffer): Buffer {
  const sizes = readSizes(delta);
  if (sizes.base !== base.length) throw brokenPack();
  const result = Buffer.allocUnsafe(sizes.result);
  let offset = sizes.end;
  let written = 0;
  while (offset < delta.length) {
    const command = delta[offset] ?? 0;
    offset += 1;
    let [source, start, length] = [delta, offset, command];
    if ((command & COPY) !== 0) {
      const copy = readCopy(delta, offset, command);
      [source, start, length, offset] = [base, copy.start, copy.length, copy.end];
    } else {
      offset += command;
    }
    if (length === 0 || start + length > source.length || written + length > result.length) throw brokenPack();
    source.copy(result, written, start, start + length);
    written += length;
  }
  if (written !== result.length) throw brokenPack();
  return result;
}

/** Seven bits say which bytes of an offset (four) and of a length (three) follow; the others are zero. */
function readCopy(delta: Buffer, from: number, command: number): { start: number; length: number; end: number } {
  let end = from;
  const bytes = Array.from({ length: 7 }, (_, bit) => {
    if ((command & (1 << bit)) === 0) return 0;
    end += 1;
    return delta[end - 1] ?? 0;
  });
  const number = (part: readonly number[]): number => part.reduceRight((sum, byte) => sum * 256 + byte, 0);
  return { start: number(bytes.slice(0, 4)), length: number(bytes.slice(4)) || DEFAULT_COPY_BYTES, end };
}

function readSizes(delta: Buffer): { base: number; result: number; end: number } {
  const base = readVariable(delta, 0);
  const result = readVariable(delta, base.end);
  return { base: base.value, result: result.value, end: result.end };
}

/** Seven bits a byte, the lowest first, the top bit for one more. */
function readVariable(bytes: Buffer, from: number): { value: number; end: number } {
  let value = 0;
  for (
    let offset = from, scale = 1;
    offset < bytes.length && scale < Number.MAX_SAFE_INTEGER;
    offset += 1, scale *= 128
  ) {
    const byte = bytes[offset] ?? 0;
    value += (byte & 0x7f) * scale;
    if ((byte & 0x80) === 0 && Number.isSafeInteger(value)) return { value, end: offset + 1 };
  }
  throw brokenPack();
}
