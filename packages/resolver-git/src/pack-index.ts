import { brokenPack } from './broken-pack.js';

/** Where the objects of a pack are. */
export interface PackIndex {
  /** Where an object begins and ends in the pack, in bytes; undefined for one that is not in it. */
  find(id: string): PackRange | undefined;
  /** Where the object that begins at `start` ends. */
  rangeAt(start: number): PackRange;
}

/** A part of a pack file. */
export interface PackRange {
  readonly start: number;
  readonly end: number;
}

const MAGIC = 0xff744f63;
const VERSION = 2;
const FANOUT = 8;
const NAMES = FANOUT + 256 * 4;
const FAR = 0x80000000;

/**
 * Reads the index that git made of a pack (gitformat-pack(5), version 2).
 *
 * @param bytes the whole index
 * @param packBytes length of the pack
 * @param idBytes length of an id
 * @throws MarketplaceError `FETCH_FAILED`
 */
export function readPackIndex(
  bytes: Buffer,
  { packBytes, idBytes }: { packBytes: number; idBytes: number },
): PackIndex {
  if (bytes.length < NAMES || bytes.readUInt32BE(0) !== MAGIC || bytes.readUInt32BE(4) !== VERSION) throw brokenPack();
  const count = bytes.readUInt32BE(NAMES - 4);
  const offsets = NAMES + count * (idBytes + 4);
  const farOffsets = offsets + count * 4;
  if (bytes.length < farOffsets + 2 * idBytes) throw brokenPack();
  const startOf = (position: number): number => {
    const near = bytes.readUInt32BE(offsets + position * 4);
    return near < FAR ? near : Number(bytes.readBigUInt64BE(farOffsets + (near - FAR) * 8));
  };
  // What begins after the last object is the checksum of the pack.
  const starts = Float64Array.from({ length: count + 1 }, (_, position) =>
    position < count ? startOf(position) : packBytes - idBytes,
  ).sort();
  const rangeAt = (start: number): PackRange => {
    const position = search(starts, start);
    const end = starts[position + 1];
    if (starts[position] !== start || end === undefined) throw brokenPack();
    return { start, end };
  };
  return {
    rangeAt,
    find: (id) => {
      const position = findName(bytes, Buffer.from(id, 'hex'));
      return position === undefined ? undefined : rangeAt(startOf(position));
    },
  };
}

/** Binary search among the names that begin with the same byte. */
function findName(bytes: Buffer, id: Buffer): number | undefined {
  const first = id[0] ?? 0;
  let low = first === 0 ? 0 : bytes.readUInt32BE(FANOUT + (first - 1) * 4);
  let high = bytes.readUInt32BE(FANOUT + first * 4);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const start = NAMES + middle * id.length;
    const order = bytes.compare(id, 0, id.length, start, start + id.length);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return undefined;
}

function search(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
