/** One entry of a hand-made tar; every field can be set to something no tool would write. */
export interface TarEntry {
  /** Bytes as they stand in the header; a string is taken as UTF-8. */
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** `0` file, `1` hard link, `2` symlink, `3` and `4` devices, `5` folder, `6` fifo, `x` and `g` pax, `L` long name. */
  readonly type?: string;
  readonly linkname?: string;
  readonly mode?: number;
  /** Written instead of the content's length. */
  readonly size?: number | string;
}

const BLOCK = 512;

/** The bytes of a tar with these entries and, unless told otherwise, its end mark. */
export function tarBytes(entries: readonly TarEntry[], { end = true } = {}): Buffer {
  const blocks = entries.flatMap((entry) => [tarHeader(entry), padded(contentOf(entry))]);
  return Buffer.concat(end ? [...blocks, Buffer.alloc(2 * BLOCK)] : blocks);
}

/** One pax record, `<length> <key>=<value>\n`, whose length counts its own digits. */
export function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest;
  while (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function tarHeader(entry: TarEntry): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.set(Buffer.from(entry.name as string).subarray(0, 100), 0);
  header.write(octal(entry.mode ?? 0o644, 7), 100, 'latin1');
  header.write(octal(0, 7), 108, 'latin1');
  header.write(octal(0, 7), 116, 'latin1');
  const size = entry.size ?? contentOf(entry).length;
  header.write(typeof size === 'string' ? size : octal(size, 11), 124, 'latin1');
  header.write(octal(0, 11), 136, 'latin1');
  header.write(entry.type ?? '0', 156, 'latin1');
  header.write(entry.linkname ?? '', 157, 'utf8');
  header.write('ustar\x0000', 257, 'latin1');
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function contentOf(entry: TarEntry): Buffer {
  return Buffer.from((entry.content ?? '') as string);
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}
