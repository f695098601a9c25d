import { createHash, type Hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Gzip } from 'fflate';
import { integrityFrom } from './integrity-of.js';

/** What came out. */
export interface Gzipped {
  readonly bytes: Buffer;
  /** `sha512-…` of the bytes, in SRI form. */
  readonly integrity: string;
}

const BLOCK = 262_144;
/** fflate's own default; 9 takes a third longer for a few per cent. A change of it changes every archive's integrity. */
const LEVEL = 6;

/**
 * Gzips in pure JavaScript, so that the same input gives the same bytes on every machine and Node version, which zlib
 * does not promise. Input is cut into blocks of fixed size first: how it arrives does not show in the output.
 */
export class GzipWriter {
  readonly #output: Uint8Array[] = [];
  readonly #sha512: Hash = createHash('sha512');
  readonly #gzip: Gzip = new Gzip({ level: LEVEL, mtime: 0 }, (chunk) => this.#take(chunk));
  #block: Uint8Array = new Uint8Array(BLOCK);
  #filled = 0;
  #total = 0;

  /** Bytes taken so far. */
  get total(): number {
    return this.#total;
  }

  /** Takes bytes; lets others run between blocks. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let offset = 0; offset < bytes.length; ) {
      const part = bytes.subarray(offset, offset + BLOCK - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === BLOCK) await this.#flush();
    }
    this.#total += bytes.length;
  }

  /** The whole archive, which was hashed as it grew: all of it at once would hold everybody up. To be called once. */
  finish(): Gzipped {
    this.#gzip.push(this.#block.subarray(0, this.#filled), true);
    return { bytes: Buffer.concat(this.#output), integrity: integrityFrom(this.#sha512) };
  }

  #take(chunk: Uint8Array): void {
    this.#output.push(chunk);
    this.#sha512.update(chunk);
  }

  async #flush(): Promise<void> {
    this.#gzip.push(this.#block);
    this.#block = new Uint8Array(BLOCK);
    this.#filled = 0;
    await nextTurn();
  }
}
