import type { TreeEntry } from '@agentmesh/artifact';

const LENGTH_BYTES = 4;

/** Gathers files as they are written, up to a size, and makes one block of bytes of them. */
export class ContentBundle {
  readonly #most: number;
  readonly #files: [path: string, size: number][] = [];
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;

  /** @param most bytes of content beyond which nothing is kept */
  constructor(most: number) {
    this.#most = most;
  }

  /** Answers the same file, whose content is kept as it passes. */
  keep(entry: TreeEntry): TreeEntry {
    this.#files.push([entry.path, entry.size]);
    this.#bytes += entry.size;
    if (this.#bytes > this.#most) this.#pieces.length = 0;
    if (this.#bytes > this.#most) return entry;
    return {
      ...entry,
      content: () => {
        const content = entry.content();
        if (!(content instanceof Uint8Array)) return this.#keepPieces(content);
        this.#pieces.push(content);
        return content;
      },
    };
  }

  /** The list of files as JSON behind its length, then their content; undefined when there was too much. */
  bytes(): Uint8Array | undefined {
    if (this.#bytes > this.#most) return undefined;
    const list = Buffer.from(JSON.stringify(this.#files), 'utf8');
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(list.length);
    return Buffer.concat([length, list, ...this.#pieces]);
  }

  async *#keepPieces(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of content) {
      this.#pieces.push(piece);
      yield piece;
    }
  }
}

/** The files of a bundle; undefined for bytes that are none. */
export function readBundle(bundle: Uint8Array): TreeEntry[] | undefined {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const listEnd = bytes.length < LENGTH_BYTES ? Number.NaN : LENGTH_BYTES + bytes.readUInt32BE(0);
  const list = listEnd <= bytes.length ? parseList(bytes.toString('utf8', LENGTH_BYTES, listEnd)) : undefined;
  if (list === undefined) return undefined;
  let offset = listEnd;
  const entries = list.map(([path, size]): TreeEntry => {
    const content = bytes.subarray(offset, offset + size);
    offset += size;
    return { path, size, content: () => content };
  });
  return offset === bytes.length ? entries : undefined;
}

function parseList(text: string): [path: string, size: number][] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every(isFile) ? list : undefined;
  } catch {
    return undefined;
  }
}

function isFile(value: unknown): value is [path: string, size: number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [path, size]: unknown[] = value;
  return typeof path === 'string' && typeof size === 'number' && Number.isSafeInteger(size) && size >= 0;
}
