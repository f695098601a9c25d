import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a hand-made zip; every field can be set to something no tool would write. */
export interface ZipEntryInput {
  /** Bytes as they stand in the headers; a string is taken as UTF-8. */
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** Default 8, deflated; 0 is stored. */
  readonly method?: number;
  /** General purpose bits; default 0x0800, UTF-8 names. */
  readonly flags?: number;
  /** Unix mode with the type bits, for the upper half of the external attributes. */
  readonly unixMode?: number;
  /** Central extra field. */
  readonly extra?: Uint8Array;
  /** Bytes behind the deflated ones, inside the entry. */
  readonly trailer?: Uint8Array;
  /** What the headers claim instead of the truth. */
  readonly claims?: Partial<Record<'size' | 'packedSize' | 'crc', number>>;
  /** What the local header alone claims. */
  readonly localName?: string;
  readonly localSize?: number;
  /** Offset of another entry's local header, to overlap with it. */
  readonly offset?: number;
  /** A data descriptor behind the data; sizes in the local header are zero then. */
  readonly descriptor?: boolean;
}

/** What may be odd about the whole zip. */
export interface ZipOptions {
  readonly prefix?: Uint8Array;
  readonly beforeDirectory?: Uint8Array;
  readonly suffix?: Uint8Array;
  readonly comment?: string;
  readonly entryCount?: number;
}

interface Built {
  readonly central: Buffer;
  readonly local: Buffer;
}

/** The bytes of a zip with these entries. */
export function zipBytes(entries: readonly ZipEntryInput[], options: ZipOptions = {}): Buffer {
  const parts: Buffer[] = [Buffer.from(options.prefix ?? [])];
  const directory: Buffer[] = [];
  let position = parts[0]?.length ?? 0;
  for (const entry of entries) {
    const { local, central } = buildEntry(entry, entry.offset ?? position);
    directory.push(central);
    if (entry.offset !== undefined) continue;
    parts.push(local);
    position += local.length;
  }
  const gap = Buffer.from(options.beforeDirectory ?? []);
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(options.entryCount ?? entries.length, 8);
  end.writeUInt16LE(options.entryCount ?? entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(position + gap.length, 16);
  const comment = Buffer.from(options.comment ?? '');
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, gap, central, end, comment, Buffer.from(options.suffix ?? [])]);
}

function buildEntry(entry: ZipEntryInput, offset: number): Built {
  const content = Buffer.from((entry.content ?? '') as string);
  const method = entry.method ?? 8;
  const packed = Buffer.concat([method === 8 ? deflateRawSync(content) : content, Buffer.from(entry.trailer ?? [])]);
  const truth = { size: content.length, packedSize: packed.length, crc: crc32(content), ...entry.claims };
  const flags = (entry.flags ?? 0x0800) | (entry.descriptor ? 0x0008 : 0);
  const name = Buffer.from(entry.name as string);
  const shared = { method, flags };
  const localTruth = entry.descriptor
    ? { size: 0, packedSize: 0, crc: 0 }
    : { ...truth, size: entry.localSize ?? truth.size };
  const localName = entry.localName === undefined ? name : Buffer.from(entry.localName);
  const local = Buffer.concat([
    Buffer.from('PK\x03\x04'),
    common(shared, localTruth, [localName.length, 0]),
    localName,
    packed,
  ]);
  const extra = Buffer.from(entry.extra ?? []);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(((entry.unixMode ?? 0o100644) << 16) >>> 0, 6);
  tail.writeUInt32LE(offset, 10);
  const madeBy = Buffer.from([20, 3]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02'),
    madeBy,
    common(shared, truth, [name.length, extra.length]),
    tail,
    name,
    extra,
  ]);
  return { local: entry.descriptor ? Buffer.concat([local, descriptorOf(truth)]) : local, central };
}

interface Truth {
  readonly size: number;
  readonly packedSize: number;
  readonly crc: number;
}

function common({ method, flags }: { method: number; flags: number }, truth: Truth, lengths: [number, number]): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(flags, 2);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt32LE(truth.crc, 10);
  fields.writeUInt32LE(truth.packedSize, 14);
  fields.writeUInt32LE(truth.size, 18);
  fields.writeUInt16LE(lengths[0], 22);
  fields.writeUInt16LE(lengths[1], 24);
  return fields;
}

function descriptorOf({ crc, packedSize, size }: Truth): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.write('PK\x07\x08', 0, 'latin1');
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(packedSize, 8);
  bytes.writeUInt32LE(size, 12);
  return bytes;
}
