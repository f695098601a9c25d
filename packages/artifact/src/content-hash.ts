import { createHash, type Hash } from 'node:crypto';
import type { TreeFile } from './tree.js';

/** Turns the bytes of one file, as they pass, into what a tree keeps of it. */
export class ContentHash {
  readonly #sha256: Hash = createHash('sha256');
  #size = 0;
  #start: readonly number[] = [];

  update(chunk: Uint8Array): void {
    if (this.#start.length < 2) this.#start = [...this.#start, ...chunk.subarray(0, 2)].slice(0, 2);
    this.#size += chunk.length;
    this.#sha256.update(chunk);
  }

  /** The content rule of formats.md: what begins with `#!` is executable, nothing else. */
  get executable(): boolean {
    return this.#start[0] === 0x23 && this.#start[1] === 0x21;
  }

  /** To be called once, after the last byte. */
  finish(path: string): TreeFile {
    return { path, size: this.#size, sha256: this.#sha256.digest('hex'), executable: this.executable };
  }
}
