import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredArchive } from '@agentmesh/artifact';
import type { Digest } from './digest.js';

/** Up to here bytes stay in memory. */
const HELD = 2 * 1024 * 1024;

/**
 * Takes the bytes of a download and hashes them: a few in memory, many in a file without a name, so that neither a large
 * download fills memory nor a killed process leaves anything. File system errors pass through.
 */
export class Spool implements StoredArchive {
  readonly #folder: string | undefined;
  #chunks: Uint8Array[] = [];
  #file: FileHandle | undefined;
  #size = 0;
  #sha256: Hash = createHash('sha256');
  #sha512: Hash = createHash('sha512');

  /** @param folder where a file may be made; without one everything stays in memory, and the caller's limit is the only one */
  constructor(folder?: string) {
    this.#folder = folder;
  }

  get size(): number {
    return this.#size;
  }

  /** Takes a piece over: nobody else may use it afterwards. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#sha256.update(chunk);
    this.#sha512.update(chunk);
    const { length } = chunk;
    if (this.#file === undefined) this.#chunks.push(chunk);
    else await store(this.#file, chunk, this.#size);
    this.#size += length;
    if (this.#file === undefined && this.#folder !== undefined && this.#size > HELD) await this.#spill(this.#folder);
  }

  /** Forgets everything. */
  async restart(): Promise<void> {
    this.#chunks = [];
    this.#size = 0;
    this.#sha256 = createHash('sha256');
    this.#sha512 = createHash('sha512');
    await this.#file?.truncate(0);
  }

  digests(): { readonly sha256: Digest; readonly sha512: Digest } {
    const sha256: Digest = `sha256:${this.#sha256.copy().digest('hex')}`;
    return { sha256, sha512: `sha512:${this.#sha512.copy().digest('hex')}` };
  }

  async read(position: number, length: number): Promise<Uint8Array> {
    const end = Math.min(position + length, this.#size);
    if (this.#file === undefined) return this.#held().subarray(position, end);
    const buffer = Buffer.allocUnsafeSlow(Math.max(0, end - position));
    for (let offset = 0; offset < buffer.length; ) {
      const { bytesRead } = await this.#file.read(buffer, offset, buffer.length - offset, position + offset);
      if (bytesRead === 0) throw new Error('The file of a download is shorter than what was written to it');
      offset += bytesRead;
    }
    return buffer;
  }

  /** All bytes in one piece. */
  bytes(): Promise<Uint8Array> {
    return this.read(0, this.#size);
  }

  async close(): Promise<void> {
    this.#chunks = [];
    await this.#file?.close();
  }

  #held(): Uint8Array {
    const [first] = this.#chunks;
    if (first !== undefined && this.#chunks.length === 1) return first;
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  async #spill(folder: string): Promise<void> {
    const path = join(folder, `.download-${crypto.randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    this.#file = file;
    await unlink(path);
    let position = 0;
    for (const chunk of this.#chunks.splice(0)) {
      const { length } = chunk;
      await store(file, chunk, position);
      position += length;
    }
  }
}

async function store(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let offset = 0; offset < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, offset, chunk.length - offset, position + offset);
    offset += bytesWritten;
  }
  release(chunk);
}

/**
 * Gives the memory of a stored piece back at once. A fast connection makes garbage quicker than it is collected: without
 * this a download of any size costs some 60 MB more.
 */
function release({ buffer, byteLength }: Uint8Array): void {
  // Only a piece that fills its buffer shares it with nobody.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
