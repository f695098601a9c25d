import { type BigIntStats, constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { registryCorrupt } from './registry-corrupt.js';

/** Reads a file's content into `T`; `before` is what was read last. `bytes` is undefined when there is no file. */
export type Reader<T> = (bytes: Buffer | undefined, before: T | undefined) => T;

interface Known<T> {
  readonly stamp: string;
  readonly mode: number | undefined;
  readonly bytes: Buffer | undefined;
  readonly content: T;
}

const ABSENT = 'absent';

/** Room for half a million entries, of which a list read whole should not be. */
const MAX_BYTES = 268_435_456;

/** Without waiting: opening a named pipe would otherwise block until somebody writes. */
const READ: number = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * A file that others replace, and what it said when it was read last. It is read again when its time, size or inode changed.
 * Reading throws `REGISTRY_CORRUPT` for a pipe, a device or more than 256 MiB, and whatever the reader throws.
 */
export class WatchedFile<T> {
  readonly #path: string;
  readonly #read: Reader<T>;
  #known: Known<T> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string, read: Reader<T>) {
    this.#path = path;
    this.#read = read;
  }

  /** What the file says now. Calls wait for each other, so that a change is read once, however many ask. */
  get(): Promise<T> {
    return this.#inTurn(async () => {
      const known = this.#known;
      return known !== undefined && known.stamp === (await stampAt(this.#path)) ? known.content : this.#load();
    });
  }

  /**
   * Reads the file whatever its stamp says, for who is about to write it: two writes within one tick of the file
   * system's clock may leave the same stamp.
   */
  reread(): Promise<T> {
    return this.#inTurn(() => this.#load());
  }

  /** Tells what was just written, so that it is not parsed again. To be called by who holds the lock. */
  written(bytes: Buffer, content: T): Promise<void> {
    return this.#inTurn(async () => {
      this.#known = { stamp: await stampAt(this.#path), mode: this.#known?.mode, bytes, content };
    });
  }

  /** The file's permissions when it was read last, for who replaces it; none when there was no file. */
  get mode(): { readonly mode?: number } {
    return this.#known?.mode === undefined ? {} : { mode: this.#known.mode };
  }

  async #load(): Promise<T> {
    const known = this.#known;
    const { stamp, mode, bytes } = await readWithStamp(this.#path);
    const isSame = known !== undefined && areEqual(known.bytes, bytes);
    const content = isSame ? known.content : this.#read(bytes, known?.content);
    this.#known = { stamp, mode, bytes: isSame ? known.bytes : bytes, content };
    return content;
  }

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    const answer = this.#turn.then(work);
    this.#turn = answer.catch(() => undefined);
    return answer;
  }
}

function areEqual(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}

async function stampAt(path: string): Promise<string> {
  const stats = await stat(path, { bigint: true }).catch(unlessAbsent);
  return stats === undefined ? ABSENT : stampOf(stats);
}

/** The stamp is that of the very file that was read: another may stand at `path` a moment later. */
async function readWithStamp(path: string): Promise<Omit<Known<never>, 'content'>> {
  const handle = await open(path, READ).catch(unlessAbsent);
  if (handle === undefined) return { stamp: ABSENT, mode: undefined, bytes: undefined };
  try {
    const stats = await handle.stat({ bigint: true });
    // Of a folder the system says so itself.
    if (!stats.isFile() && !stats.isDirectory()) throw registryCorrupt(path, 'it is no regular file');
    if (stats.size > MAX_BYTES) throw registryCorrupt(path, `it is larger than ${MAX_BYTES} bytes`);
    return { stamp: stampOf(stats), mode: Number(stats.mode) & 0o777, bytes: await handle.readFile() };
  } finally {
    await handle.close();
  }
}

function stampOf(stats: BigIntStats): string {
  return `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
