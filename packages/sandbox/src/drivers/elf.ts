import { closeSync, openSync, readSync, statSync } from 'node:fs';

const MAGIC = 0x7f454c46;
const HEADER_BYTES = 64;
const MAX_SEGMENTS = 64;
const MAX_TABLE_BYTES = 64 * 1024;
const MAX_STRINGS_BYTES = 64 * 1024 * 1024;
const MAX_NAME_BYTES = 4096;
const Segment = { load: 1, dynamic: 2, interpreter: 3 } as const;
const Tag = { needed: 1, strings: 5, rpath: 15, runpath: 29 } as const;

/** What a dynamic loader reads in an ELF file. */
export interface ElfFile {
  /** The processor it is for, as numbered by ELF: 62 is x86-64, 183 is AArch64. */
  readonly machine: number;
  /** The dynamic loader that it asks for; a library names none. */
  readonly interpreter: string | undefined;
  /** Names of the shared libraries that it needs. */
  readonly needed: readonly string[];
  /** Where it has them searched first; `$ORIGIN` stands for its own folder. */
  readonly runPath: readonly string[];
}

interface Part {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/**
 * Reads what a 64-bit little-endian ELF file needs to be loaded, without running it (format: System V ABI, chapters 4 and
 * 5). Undefined for any other file, and for a broken one.
 */
export function readElf(path: string): ElfFile | undefined {
  let file: number;
  try {
    // A pipe would wait for somebody to write to it.
    if (!statSync(path).isFile()) return undefined;
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    return parse((offset, size) => readAt(file, offset, size));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  } finally {
    closeSync(file);
  }
}

type Read = (offset: number, size: number) => Buffer;

function parse(read: Read): ElfFile | undefined {
  const header = read(0, HEADER_BYTES);
  const isSupported = header.readUInt32BE(0) === MAGIC && header[4] === 2 && header[5] === 1;
  if (!isSupported) return undefined;
  const parts = readParts(header, read);
  const named = parts.find(({ type }) => type === Segment.interpreter);
  const dynamic = parts.find(({ type }) => type === Segment.dynamic);
  const interpreter =
    named === undefined ? undefined : textAt(read(named.offset, limited(named.size, MAX_NAME_BYTES)), 0);
  return { machine: header.readUInt16LE(18), interpreter, ...readDynamic(dynamic, parts, read) };
}

function readParts(header: Buffer, read: Read): Part[] {
  const size = header.readUInt16LE(54);
  const count = limited(header.readUInt16LE(56), MAX_SEGMENTS);
  const table = read(position(header, 32), size * count);
  return Array.from({ length: count }, (_, index) => {
    const start = index * size;
    return {
      type: table.readUInt32LE(start),
      offset: position(table, start + 8),
      address: position(table, start + 16),
      size: position(table, start + 32),
    };
  });
}

function readDynamic(
  dynamic: Part | undefined,
  parts: readonly Part[],
  read: Read,
): Pick<ElfFile, 'needed' | 'runPath'> {
  if (dynamic === undefined) return { needed: [], runPath: [] };
  const table = read(dynamic.offset, limited(dynamic.size, MAX_TABLE_BYTES));
  const entries: { tag: number; value: number }[] = [];
  for (let at = 0; at + 16 <= table.length; at += 16) {
    const tag = Number(table.readBigInt64LE(at));
    if (tag === 0) break;
    if (Object.values<number>(Tag).includes(tag)) entries.push({ tag, value: position(table, at + 8) });
  }
  const strings = fileOffset(entries.find(({ tag }) => tag === Tag.strings)?.value, parts);
  const texts = (...tags: number[]): string[] =>
    entries
      .filter(({ tag }) => tags.includes(tag))
      .map(({ value }) => textAt(read(strings + limited(value, MAX_STRINGS_BYTES), MAX_NAME_BYTES), 0));
  const runPath = texts(Tag.runpath, Tag.rpath).flatMap((text) => text.split(':'));
  return { needed: texts(Tag.needed), runPath: runPath.filter((folder) => folder !== '') };
}

/** Where in the file the bytes are that will be at `address`. */
function fileOffset(address: number | undefined, parts: readonly Part[]): number {
  if (address === undefined) throw new RangeError('an ELF file without names');
  const part = parts.find(
    (candidate) =>
      candidate.type === Segment.load && address >= candidate.address && address < candidate.address + candidate.size,
  );
  if (part === undefined) throw new RangeError('an ELF file whose names are nowhere');
  return address - part.address + part.offset;
}

function position(bytes: Buffer, at: number): number {
  return limited(Number(bytes.readBigUInt64LE(at)), Number.MAX_SAFE_INTEGER);
}

function limited(value: number, most: number): number {
  if (value > most) throw new RangeError('an ELF file out of bounds');
  return value;
}

function textAt(bytes: Buffer, at: number): string {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new RangeError('an ELF file with an endless name');
  return bytes.toString('utf8', at, end);
}

/** A read past the end gives what is there. */
function readAt(file: number, offset: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  return bytes.subarray(0, readSync(file, bytes, 0, size, offset));
}
