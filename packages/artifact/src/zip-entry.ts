import type { Entry } from 'yauzl';
import { archiveInvalid } from './archive-invalid.js';
import { unsafe } from './refusal.js';

const ENCRYPTED = 0x0001 | 0x0040 | 0x2000;
const UTF8 = 0x0800;
const STORED = 0;
const DEFLATED = 8;
const ZIP64_FIELD = 0x0001;
const UNICODE_PATH_FIELD = 0x7075;
const TYPE_BITS = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
const LINK = 0o120000;
const ASCII = /^[\u0000-\u007f]*$/;

/** What the central directory says about an entry, once it is one that we read. */
export interface ZipEntry {
  readonly path: string;
  readonly isFolder: boolean;
  readonly header: Entry;
}

/**
 * Reads an entry of the central directory strictly (APPNOTE.TXT 6.3.10): no encryption, no zip64, stored or deflated only,
 * a name that is either flagged as UTF-8 or plain ASCII, a plain file or a folder.
 *
 * @throws MarketplaceError `ARCHIVE_INVALID`, `TREE_UNSAFE`
 */
export function readZipEntry(header: Entry): ZipEntry {
  const name = readName(header);
  const isFolder = name.endsWith('/');
  checkKind(header, name, isFolder);
  if ((header.generalPurposeBitFlag & ENCRYPTED) !== 0) throw archiveInvalid('an entry is encrypted');
  if (header.compressionMethod !== STORED && header.compressionMethod !== DEFLATED) {
    throw archiveInvalid(`an entry has the compression method ${header.compressionMethod}`);
  }
  if (header.extraFields.some((field) => field.id === ZIP64_FIELD)) throw archiveInvalid('an entry is zip64');
  if (isFolder && header.uncompressedSize !== 0) throw archiveInvalid('a folder has content');
  return { path: isFolder ? name.slice(0, -1) : name, isFolder, header };
}

function readName(header: Entry): string {
  const name = header.fileNameRaw.toString('utf8');
  if ((header.generalPurposeBitFlag & UTF8) === 0 && !ASCII.test(name)) {
    throw unsafe(name, 'the name is not ASCII and not marked as UTF-8');
  }
  for (const { id, data } of header.extraFields) {
    // Readers that know this field would see another name: version (1 byte), CRC-32 (4 bytes), name.
    if (id === UNICODE_PATH_FIELD && !data.subarray(5).equals(header.fileNameRaw)) {
      throw unsafe(name, 'the entry has a second name');
    }
  }
  return name;
}

function checkKind(header: Entry, name: string, isFolder: boolean): void {
  // Unix modes lie in the upper half, whatever system the entry claims to come from.
  const type = (header.externalFileAttributes >>> 16) & TYPE_BITS;
  if (type === LINK) throw unsafe(name, 'it is a symbolic link');
  if (type !== 0 && type !== REGULAR && type !== FOLDER) throw unsafe(name, 'it is not a regular file');
  if (type !== 0 && (type === FOLDER) !== isFolder) throw unsafe(name, 'it is both a file and a folder');
}
