import { brokenPack } from './broken-pack.js';

/** What stands before the compressed bytes of an object in a pack. */
export interface PackEntryHeader {
  /** Of a delta: what is said of it is known of its base alone. */
  readonly type: string;
  /** Uncompressed; of a delta that of the delta. */
  readonly size: number;
  /** Where the object begins that this one is based on, or its id. */
  readonly base: number | string | undefined;
  /** Bytes of the header. */
  readonly length: number;
}

const TYPES: Readonly<Record<number, string>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag', 6: 'delta', 7: 'delta' };
const OFFSET_DELTA = 6;
const ID_DELTA = 7;

/**
 * Reads the header of an object in a pack (gitformat-pack(5), "pack-*.pack files have the following format").
 *
 * @param start where the object begins, which the offset of a base is counted back from
 * @throws MarketplaceError `FETCH_FAILED`
 */
export function readPackEntryHeader(bytes: Buffer, start: number, idBytes: number): PackEntryHeader {
  const first = bytes[0] ?? 0;
  const kind = (first >> 4) & 7;
  const type = TYPES[kind];
  if (type === undefined) throw brokenPack();
  let size = first & 15;
  let length = 1;
  for (let scale = 16, byte = first; (byte & 0x80) !== 0; scale *= 128, length += 1) {
    byte = bytes[length] ?? 0;
    size += (byte & 0x7f) * scale;
  }
  if (!Number.isSafeInteger(size)) throw brokenPack();
  if (kind === ID_DELTA) {
    return { type, size, base: bytes.toString('hex', length, length + idBytes), length: length + idBytes };
  }
  if (kind !== OFFSET_DELTA) return { type, size, base: undefined, length };
  let back = (bytes[length] ?? 0) & 0x7f;
  for (; ((bytes[length] ?? 0) & 0x80) !== 0; length += 1) back = (back + 1) * 128 + ((bytes[length + 1] ?? 0) & 0x7f);
  return { type, size, base: start - back, length: length + 1 };
}
