import { once } from 'node:events';
import { constants, crc32, createGzip, deflateRawSync, gzipSync } from 'node:zlib';

/** A gzipped tar of files, as any tool makes it. */
export function tgz(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const bytes = Buffer.from(content);
    return [tarHeader(path, bytes.length), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** A zip of files that are stored, not compressed. */
export function zip(files: Readonly<Record<string, string>>): Buffer {
  return zipOf(
    Object.entries(files).map(([path, content]) => {
      const data = Buffer.from(content);
      return { path, data, method: 0, size: data.length, crc: crc32(data) };
    }),
  );
}

const GIB = 1024 ** 3;
const ZEROS = Buffer.alloc(1024 * 1024);
/** A mebibyte of zeros as deflate blocks that stand alone and end at a byte, so that they can be repeated. */
const ZERO_BLOCKS = deflateRawSync(ZEROS, { finishFlush: constants.Z_FULL_FLUSH, level: 9 });
const LAST_BLOCK = Buffer.from([3, 0]);
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

function zeros(gib: number): Buffer[] {
  return [...Array.from({ length: gib * 1024 }, () => ZERO_BLOCKS), LAST_BLOCK];
}

/** 10 MB that gunzip to 10 GiB: one file of zeros that its header makes small, and zeros after it. */
export function gzipBomb(): Buffer {
  const header = deflateRawSync(tarHeader('zeros.bin', 512), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([GZIP_HEADER, header, ...zeros(10), Buffer.alloc(8)]);
}

/** 10 MB of a gzipped tar whose one file says that it has 8 GiB, and has them. */
export function honestGzipBomb(): Buffer {
  const header = deflateRawSync(tarHeader('zeros.bin', 8 * GIB - 1), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([GZIP_HEADER, header, ...zeros(10), Buffer.alloc(8)]);
}

/** Some 100 KB that hold 90 MiB: within the limit of bytes, and beyond that of the ratio. */
export function ratioBomb(): Buffer {
  const header = deflateRawSync(tarHeader('zeros.bin', 90 * 1024 ** 2), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([GZIP_HEADER, header, ...zeros(1).slice(0, 91), LAST_BLOCK, Buffer.alloc(8)]);
}

/** 10 MB of a zip whose one entry inflates to 10 GiB, and says that it has `size` bytes. */
export function zipBomb(size: number): Buffer {
  return zipOf([{ path: 'zeros.bin', data: Buffer.concat(zeros(10)), method: 8, size, crc: 0 }]);
}

/** A gzipped tar of a million empty files, some dozen megabytes. */
export async function millionFiles(): Promise<Buffer> {
  const gzip = createGzip({ level: 1 });
  const chunks: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => chunks.push(chunk));
  const header = tarHeader('d000/f000', 0);
  const batch = Buffer.alloc(1_000 * 512);
  for (let folder = 0; folder < 1_000; folder += 1) {
    for (let file = 0; file < 1_000; file += 1) {
      const digits = String(folder * 1_000 + file).padStart(6, '0');
      header.write(digits.slice(0, 3), 1, 'latin1');
      header.write(digits.slice(3), 6, 'latin1');
      writeChecksum(header);
      header.copy(batch, file * 512);
    }
    if (!gzip.write(Buffer.from(batch))) await once(gzip, 'drain');
  }
  gzip.end();
  await once(gzip, 'end');
  return Buffer.concat(chunks);
}

/** A ustar header (POSIX.1-2017, pax, "ustar Interchange Format"). */
function tarHeader(path: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(path, 0, 'latin1');
  header.write('0000644\0', 100, 'latin1');
  header.write('0000000\0'.repeat(2), 108, 'latin1');
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  header.write('00000000000\0', 136, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  writeChecksum(header);
  return header;
}

function writeChecksum(header: Buffer): void {
  header.fill(' ', 148, 156);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

interface ZipEntry {
  readonly path: string;
  readonly data: Buffer;
  readonly method: number;
  readonly size: number;
  readonly crc: number;
}

/** Local headers, the central directory and its end (PKWARE's APPNOTE, 4.3). */
function zipOf(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const common = commonFields(entry);
    const place = Buffer.alloc(4);
    place.writeUInt32LE(offset);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(entry.path)]);
    const central = [Buffer.from('PK\x01\x02\x14\x00'), common, Buffer.alloc(10), place, Buffer.from(entry.path)];
    parts.push(local, entry.data);
    directory.push(Buffer.concat(central));
    offset += local.length + entry.data.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

function commonFields({ path, data, method, size, crc }: ZipEntry): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(method, 4);
  fields.writeUInt16LE(0x21, 8);
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(size, 18);
  fields.writeUInt16LE(Buffer.byteLength(path), 22);
  return fields;
}
