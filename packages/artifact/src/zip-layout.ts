import type { Entry, LocalFileHeader, ZipFile } from 'yauzl';
import { archiveInvalid } from './archive-invalid.js';

const END_SIZE = 22;
const LOCATOR_SIZE = 20;
const LOCATOR = 0x07064b50;
const DESCRIPTOR = 0x08074b50;
const HAS_DESCRIPTOR = 0x0008;

/** Where a zip's central directory lies. */
export interface ZipDirectory {
  readonly start: number;
  readonly end: number;
}

/**
 * The central directory, which ends where the end record begins. Throws `ARCHIVE_INVALID` for zip64, for several disks
 * and for a directory that does not end there.
 */
export function readZipDirectory(bytes: Buffer, zip: ZipFile): ZipDirectory {
  const end = bytes.length - END_SIZE - zip.comment.length;
  if (end >= LOCATOR_SIZE && bytes.readUInt32LE(end - LOCATOR_SIZE) === LOCATOR) throw archiveInvalid('it is zip64');
  const start = bytes.readUInt32LE(end + 16);
  if (start + bytes.readUInt32LE(end + 12) !== end)
    throw archiveInvalid('the directory does not end at its end record');
  if (bytes.readUInt16LE(end + 8) !== bytes.readUInt16LE(end + 10)) throw archiveInvalid('it has several disks');
  return { start, end };
}

/** An entry of the central directory with its own header in front of the data. */
export interface LocatedEntry {
  readonly header: Entry;
  readonly local: LocalFileHeader;
}

/**
 * Refuses a zip whose two headers of an entry tell different things, and one whose entries do not lie one behind the other
 * from the first byte to the directory: overlapping entries are bombs, and what lies between is hidden.
 *
 * @throws MarketplaceError `ARCHIVE_INVALID`
 */
export function checkZipLayout(bytes: Buffer, entries: readonly LocatedEntry[], directory: ZipDirectory): void {
  let position = 0;
  for (const entry of [...entries].sort((a, b) => startOf(a) - startOf(b))) {
    if (startOf(entry) !== position) throw archiveInvalid('its entries overlap or leave gaps');
    checkHeaders(entry);
    position = endOf(bytes, entry);
  }
  if (position !== directory.start) throw archiveInvalid('its entries do not end at the directory');
}

function startOf(entry: LocatedEntry): number {
  return entry.header.relativeOffsetOfLocalHeader;
}

function checkHeaders({ header, local }: LocatedEntry): void {
  const sameName = local.fileName.equals(header.fileNameRaw);
  const sameWay =
    local.compressionMethod === header.compressionMethod &&
    local.generalPurposeBitFlag === header.generalPurposeBitFlag;
  if (!sameName || !sameWay || !sameContent(header, local)) {
    throw archiveInvalid('the two headers of an entry differ');
  }
}

function sameContent(header: Entry, local: LocalFileHeader): boolean {
  const pairs: readonly (readonly [number, number])[] = [
    [local.crc32, header.crc32],
    [local.compressedSize, header.compressedSize],
    [local.uncompressedSize, header.uncompressedSize],
  ];
  // With a descriptor behind the data the header in front of it may say nothing.
  const mayBeZero = (header.generalPurposeBitFlag & HAS_DESCRIPTOR) !== 0;
  return pairs.every(([ours, theirs]) => ours === theirs || (mayBeZero && ours === 0));
}

function endOf(bytes: Buffer, { header, local }: LocatedEntry): number {
  const end = local.fileDataStart + header.compressedSize;
  if ((header.generalPurposeBitFlag & HAS_DESCRIPTOR) === 0) return end;
  const start = end + 4 <= bytes.length && bytes.readUInt32LE(end) === DESCRIPTOR ? end + 4 : end;
  if (start + 12 > bytes.length) throw archiveInvalid('a data descriptor is cut off');
  const fields = [bytes.readUInt32LE(start), bytes.readUInt32LE(start + 4), bytes.readUInt32LE(start + 8)];
  const expected = [header.crc32, header.compressedSize, header.uncompressedSize];
  if (fields.some((field, index) => field !== expected[index])) throw archiveInvalid('a data descriptor differs');
  return start + 12;
}
