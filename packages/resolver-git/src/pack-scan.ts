import { closeSync, openSync, readSync } from 'node:fs';
import { createInflate, type Inflate, inflateSync } from 'node:zlib';
import { isMarketplaceError } from '@agentmesh/errors';
import { readPackEntryHeader } from './pack-entry-header.js';

/** What the objects of a pack may come to when they are unpacked. */
export interface UnpackedLimits {
  /** Bytes of one object. */
  readonly maxObjectBytes: number;
  /** Bytes of all of them. */
  readonly maxTotalBytes: number;
}

const PACK_HEADER_BYTES = 12;
const READ_BYTES = 64 * 1024;
/** What is smaller is unpacked in one go, which is quicker. */
const SMALL_BYTES = 128 * 1024;
/** The header of an object: ten bytes of size at most, and the id or the offset of a base. */
const ENTRY_HEADER_BYTES = 48;

/**
 * Reads along in a pack that is still arriving and adds up how large its objects become: git itself unpacks whatever it is sent, and
 * 10 MB can become 10 GB. Each object says its size first, so that a bomb is known before it goes off.
 */
export class PackScan {
  readonly #path: string;
  readonly #idBytes: number;
  readonly #limits: UnpackedLimits;
  #offset = PACK_HEADER_BYTES;
  #total = 0;
  #inflate: { readonly stream: Inflate; fed: number } | undefined;

  constructor(path: string, options: UnpackedLimits & { readonly idBytes: number }) {
    this.#path = path;
    this.#idBytes = options.idBytes;
    this.#limits = options;
  }

  /**
   * Goes on as far as bytes are there, or for as long as it may.
   *
   * @returns true once the objects come to more than they may
   */
  async advance(forMs: number): Promise<boolean> {
    const until = performance.now() + forMs;
    const descriptor = openSync(this.#path, 'r');
    try {
      while (!this.#isOver() && performance.now() < until && (await this.#step(descriptor)));
    } catch (error) {
      // Bytes that are no pack: git says so itself.
      if (!isMarketplaceError(error) && !isZlibError(error)) throw error;
    } finally {
      closeSync(descriptor);
    }
    return this.#isOver();
  }

  /** Lets go of what it holds. */
  close(): void {
    this.#inflate?.stream.destroy();
  }

  #isOver(): boolean {
    return this.#total > this.#limits.maxTotalBytes;
  }

  /** One object or a piece of it; false when more bytes have to arrive first. */
  async #step(descriptor: number): Promise<boolean> {
    if (this.#inflate !== undefined) return this.#feed(descriptor, this.#inflate);
    const head = read(descriptor, this.#offset, ENTRY_HEADER_BYTES);
    if (head.length < ENTRY_HEADER_BYTES) return false;
    const { size, length } = readPackEntryHeader(head, this.#offset, this.#idBytes);
    if (size > this.#limits.maxObjectBytes) this.#total = Number.POSITIVE_INFINITY;
    else if (size > SMALL_BYTES) this.#begin(size, length);
    else return this.#skipSmall(descriptor, { size, length });
    return true;
  }

  #begin(size: number, length: number): void {
    this.#total += size;
    this.#offset += length;
    const stream = createInflate();
    stream.on('error', () => undefined).resume();
    this.#inflate = { stream, fed: 0 };
  }

  #skipSmall(descriptor: number, { size, length }: { size: number; length: number }): boolean {
    const packed = read(descriptor, this.#offset + length, size + READ_BYTES);
    try {
      const { engine } = inflateWithInfo(packed);
      this.#offset += length + engine.bytesWritten;
      this.#total += size;
      return true;
    } catch (error) {
      // Cut off: the rest of it has not arrived.
      if (isZlibError(error) && error.code === 'Z_BUF_ERROR') return false;
      throw error;
    }
  }

  async #feed(descriptor: number, inflate: { readonly stream: Inflate; fed: number }): Promise<boolean> {
    const { stream } = inflate;
    const bytes = read(descriptor, this.#offset + inflate.fed, READ_BYTES);
    if (bytes.length === 0) return false;
    inflate.fed += bytes.length;
    await new Promise<void>((resolve, reject) => {
      stream.once('error', reject);
      stream.write(bytes, () => {
        stream.off('error', reject);
        resolve();
      });
    });
    // It takes no more than belongs to the object.
    if (stream.bytesWritten < inflate.fed) {
      this.#offset += stream.bytesWritten;
      this.#inflate = undefined;
      stream.destroy();
    }
    return true;
  }
}

function read(descriptor: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
}

/** The types of Node leave out what `info` answers. */
function inflateWithInfo(bytes: Buffer): { readonly engine: { readonly bytesWritten: number } } {
  const answer: unknown = inflateSync(bytes, { info: true });
  if (typeof answer === 'object' && answer !== null && 'engine' in answer) {
    const { engine } = answer;
    if (typeof engine === 'object' && engine !== null && 'bytesWritten' in engine) {
      const { bytesWritten } = engine;
      if (typeof bytesWritten === 'number') return { engine: { bytesWritten } };
    }
  }
  throw new TypeError('zlib does not say how much it read');
}

function isZlibError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}
