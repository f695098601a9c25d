import { setImmediate as nextTurn } from 'node:timers/promises';
import { Gzip } from 'fflate';

const BLOCK = 262_144;
/** fflate's own default; 9 takes a third longer for a few per cent. A change of it changes every archive's integrity. */
const LEVEL = 6;

/**
 * Gzips in pure JavaScript, so that the same input gives the same bytes on every machine and Node version, which zlib
 * does not promise. Input is cut into blocks of fixed size first: how it arrives does not show in the output.
 */
export class GzipWriter {
  readonly #output: Uint8Array[] = [];
  readonly #gzip: Gzip = new Gzip({ level: LEVEL, mtime: 0 }, (chunk) => this.#output.push(chunk));
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

  /** The whole archive. */
  finish(): Buffer {
    this.#gzip.push(this.#block.subarray(0, this.#filled), true);
    return Buffer.concat(this.#output);
  }

  async #flush(): Promise<void> {
    this.#gzip.push(this.#block);
    this.#block = new Uint8Array(BLOCK);
    this.#filled = 0;
    await nextTurn();
  }
}
