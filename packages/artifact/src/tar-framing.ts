import { archiveInvalid } from './archive-invalid.js';
import { checkPaxRecords } from './check-pax-records.js';

const BLOCK = 512;
const END_BYTES = 2 * BLOCK;
/** GNU tar pads to 10 KiB, others to as much as 64 KiB. */
const MAX_END_BYTES = 65_536;
/** Of a pax or GNU long-name entry. */
const MAX_EXTENSION_BYTES = 65_536;
const OCTAL = /^ *[0-7]*[ \0]*$/;

/** A pax header that is being gathered: of one entry (`x`) or of all that follow (`g`). */
interface PaxHeader {
  readonly kind: 'x' | 'g';
  readonly bytes: Buffer;
  filled: number;
}

/**
 * Watches a tar stream beside the library that reads it and refuses what readers of tar disagree about: sizes that are
 * not octal digits, extension headers that are empty or override sizes, links or each other, content in folders, anything after the
 * end, and no end at all. POSIX.1-2024, pax, "ustar Interchange Format".
 */
export class TarFraming {
  readonly #block: Buffer = Buffer.alloc(BLOCK);
  #filled = 0;
  #skip = 0;
  #extension: PaxHeader | undefined;
  #pending = '';
  #endBytes = 0;

  /** The next bytes of the stream. Throws `ARCHIVE_INVALID`. */
  take(chunk: Uint8Array): void {
    for (let offset = 0; offset < chunk.length; ) {
      const rest = chunk.subarray(offset);
      if (this.#endBytes > 0) offset += this.#takeEnd(rest);
      else if (this.#extension !== undefined) offset += this.#takeExtension(rest, this.#extension);
      else if (this.#skip > 0) offset += this.#takeContent(rest);
      else offset += this.#takeHeader(rest);
    }
  }

  /** To be called after the last byte. Throws `ARCHIVE_INVALID` unless the archive ended with its end mark. */
  finish(): void {
    if (this.#endBytes < END_BYTES) throw archiveInvalid('the tar ends before its end mark');
  }

  #takeEnd(bytes: Uint8Array): number {
    if (bytes.some((byte) => byte !== 0)) throw archiveInvalid('there are bytes after the end of the tar');
    this.#endBytes += bytes.length;
    if (this.#endBytes > MAX_END_BYTES) throw archiveInvalid(`the tar is padded by more than ${MAX_END_BYTES} bytes`);
    return bytes.length;
  }

  #takeContent(bytes: Uint8Array): number {
    const length = Math.min(this.#skip, bytes.length);
    this.#skip -= length;
    return length;
  }

  #takeExtension(bytes: Uint8Array, extension: PaxHeader): number {
    const part = bytes.subarray(0, extension.bytes.length - extension.filled);
    extension.bytes.set(part, extension.filled);
    extension.filled += part.length;
    if (extension.filled === extension.bytes.length) {
      checkPaxRecords(extension.bytes, extension.kind);
      this.#extension = undefined;
    }
    return part.length;
  }

  #takeHeader(bytes: Uint8Array): number {
    const part = bytes.subarray(0, BLOCK - this.#filled);
    this.#block.set(part, this.#filled);
    this.#filled += part.length;
    if (this.#filled === BLOCK) {
      this.#filled = 0;
      this.#readHeader();
    }
    return part.length;
  }

  #readHeader(): void {
    if (this.#block.every((byte) => byte === 0)) {
      if (this.#pending !== '') throw archiveInvalid('an extension header belongs to no entry');
      this.#endBytes = BLOCK;
      return;
    }
    const size = this.#readSize();
    const type = String.fromCharCode(this.#block[156] ?? 0);
    this.#skip = Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'x' || type === 'g') this.#startPax(type, size);
    else if (type === 'L') this.#addPending(type, size);
    else if (type === 'K') throw archiveInvalid('an extension header names a link target');
    else this.#pending = '';
    if (type === '5' && size !== 0) throw archiveInvalid('a folder has content');
  }

  #startPax(kind: 'x' | 'g', size: number): void {
    if (kind === 'x') this.#addPending(kind, size);
    else this.#checkExtensionSize(size);
    this.#skip -= size;
    this.#extension = { kind, bytes: Buffer.alloc(size), filled: 0 };
  }

  #addPending(kind: 'x' | 'L', size: number): void {
    if (this.#pending !== '') throw archiveInvalid('an entry has two extension headers');
    this.#checkExtensionSize(size);
    this.#pending = kind;
  }

  #checkExtensionSize(size: number): void {
    if (size > MAX_EXTENSION_BYTES) throw archiveInvalid('an extension header is too long');
    // tar-stream goes on to take the padding of the next file for its content, and finds entries where others find none.
    if (size === 0) throw archiveInvalid('an extension header is empty');
  }

  #readSize(): number {
    const field = this.#block.toString('latin1', 124, 136);
    if (!OCTAL.test(field)) throw archiveInvalid('a size is not written in octal digits');
    return Number.parseInt(field.trim() || '0', 8) || 0;
  }
}
