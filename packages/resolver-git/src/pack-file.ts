import { closeSync, createReadStream, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { createInflate, inflateSync } from 'node:zlib';
import { MarketplaceError } from '@agentmesh/errors';
import { applyDelta, deltaResultSize } from './apply-delta.js';
import { brokenPack } from './broken-pack.js';
import { type PackEntryHeader, readPackEntryHeader } from './pack-entry-header.js';
import { type PackIndex, type PackRange, readPackIndex } from './pack-index.js';

/** An object as it is packed. */
export interface PackedObject {
  readonly type: string;
  readonly size: number;
  /** The content; in pieces when it is large. */
  readonly content: () => Buffer | AsyncIterable<Buffer>;
}

/** What is larger passes in pieces, unless it is a delta. */
const WHOLE_BYTES = 1024 * 1024;
/** Packs up to this size are read at once. */
const SMALL_PACK_BYTES = 8 * 1024 * 1024;
const KEPT_BYTES = 16 * 1024 * 1024;

/**
 * A pack that git has checked and made an index of. Reading it here takes a fraction of the time that git takes to hand the objects
 * over one by one.
 */
export class PackFile {
  readonly #path: string;
  readonly #descriptor: number;
  readonly #index: PackIndex;
  /** All of it, when it is small. */
  readonly #whole: Buffer | undefined;
  readonly #idBytes: number;
  readonly #maxBytes: number;
  /** Objects that others may be based on. */
  readonly #kept = new Map<number, { readonly type: string; readonly bytes: Buffer }>();
  #keptBytes = 0;

  /**
   * @param path without `.pack` and `.idx`
   * @param idBytes length of an id
   * @param maxBytes most bytes that an object may have that has to be put together in memory
   */
  constructor(path: string, { idBytes, maxBytes }: { idBytes: number; maxBytes: number }) {
    this.#idBytes = idBytes;
    this.#maxBytes = maxBytes;
    const index = readFileSync(`${path}.idx`);
    this.#path = `${path}.pack`;
    this.#descriptor = openSync(this.#path, 'r');
    try {
      const packBytes = fstatSync(this.#descriptor).size;
      this.#index = readPackIndex(index, { packBytes, idBytes });
      this.#whole = packBytes <= SMALL_PACK_BYTES ? readFileSync(this.#descriptor) : undefined;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  has(id: string): boolean {
    return this.#index.find(id) !== undefined;
  }

  /** @throws MarketplaceError `FETCH_FAILED`, `FETCH_TOO_LARGE` */
  find(id: string): PackedObject | undefined {
    const range = this.#index.find(id);
    if (range === undefined) return undefined;
    const header = this.#header(range);
    if (header.base === undefined && header.size > WHOLE_BYTES) {
      return { type: header.type, size: header.size, content: () => this.#pieces(range, header) };
    }
    const { type, bytes } = this.#assemble(range, header);
    return { type, size: bytes.length, content: () => bytes };
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #header(range: PackRange): PackEntryHeader {
    const bytes = this.#read(range.start, Math.min(range.end, range.start + 64));
    return readPackEntryHeader(bytes, range.start, this.#idBytes);
  }

  /** Along the chain of deltas to an object that stands by itself, and back. */
  #assemble(range: PackRange, first: PackEntryHeader): { type: string; bytes: Buffer } {
    const deltas: { start: number; bytes: Buffer }[] = [];
    let [place, header] = [range, first];
    for (;;) {
      const known = this.#kept.get(place.start);
      if (known !== undefined) return this.#build(known, deltas);
      const bytes = this.#inflate(place, header);
      if (header.base === undefined) return this.#build(this.#keep(place.start, { type: header.type, bytes }), deltas);
      if (deltaResultSize(bytes) > this.#maxBytes) throw tooLarge();
      deltas.push({ start: place.start, bytes });
      place = typeof header.base === 'number' ? this.#index.rangeAt(header.base) : this.#rangeOf(header.base);
      header = this.#header(place);
      // A chain that leads back to itself.
      if (deltas.length > MAX_CHAIN) throw brokenPack();
    }
  }

  #build(
    base: { readonly type: string; readonly bytes: Buffer },
    deltas: readonly { start: number; bytes: Buffer }[],
  ): { type: string; bytes: Buffer } {
    let object = base;
    for (const { start, bytes } of deltas.toReversed()) {
      object = this.#keep(start, { type: base.type, bytes: applyDelta(object.bytes, bytes) });
    }
    return object;
  }

  #keep(start: number, object: { readonly type: string; readonly bytes: Buffer }): typeof object {
    if (object.bytes.length > WHOLE_BYTES) return object;
    if (this.#keptBytes + object.bytes.length > KEPT_BYTES) {
      this.#kept.clear();
      this.#keptBytes = 0;
    }
    this.#kept.set(start, object);
    this.#keptBytes += object.bytes.length;
    return object;
  }

  #rangeOf(id: string): PackRange {
    const range = this.#index.find(id);
    if (range === undefined) throw brokenPack();
    return range;
  }

  #inflate(range: PackRange, header: PackEntryHeader): Buffer {
    if (header.size > this.#maxBytes) throw tooLarge();
    const packed = this.#read(range.start + header.length, range.end);
    try {
      // One buffer of the right size instead of one of 16 KiB for each.
      const bytes = inflateSync(packed, { maxOutputLength: header.size + 1, chunkSize: Math.max(64, header.size + 1) });
      if (bytes.length === header.size) return bytes;
    } catch {
      // Whatever zlib says, the pack is broken.
    }
    throw brokenPack();
  }

  async *#pieces(range: PackRange, header: PackEntryHeader): AsyncGenerator<Buffer, void, undefined> {
    const packed = createReadStream(this.#path, { start: range.start + header.length, end: range.end - 1 });
    const inflate = createInflate();
    packed.on('error', (error) => inflate.destroy(error)).pipe(inflate);
    try {
      for await (const piece of inflate) yield piece;
    } catch {
      throw brokenPack();
    } finally {
      packed.destroy();
    }
  }

  #read(start: number, end: number): Buffer {
    if (this.#whole !== undefined && end <= this.#whole.length) return this.#whole.subarray(start, end);
    const bytes = Buffer.allocUnsafe(end - start);
    if (readSync(this.#descriptor, bytes, 0, bytes.length, start) !== bytes.length) throw brokenPack();
    return bytes;
  }
}

/** git makes no longer ones. */
const MAX_CHAIN = 4_096;

function tooLarge(): MarketplaceError {
  return new MarketplaceError('The repository holds an object that is larger than a fetch may be', {
    code: 'FETCH_TOO_LARGE',
    hint: 'Raise the limit maxBytes, or fetch a folder of the repository (//folder).',
  });
}
