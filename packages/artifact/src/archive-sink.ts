import { ContentHash } from './content-hash.js';
import { FILES_AT_ONCE } from './files-at-once.js';
import { TaskPool } from './task-pool.js';
import { createTree, type Tree, type TreeFile } from './tree.js';
import type { TreeGuard } from './tree-guard.js';
import type { TreeWriter } from './tree-writer.js';
import type { UnpackProgress } from './unpack-progress.js';

/** Files up to this size are held whole and written beside others; larger ones pass in pieces, one at a time. */
const HELD_WHOLE = 1_048_576;

/** What {@link ArchiveSink} works with. */
export interface ArchiveSinkOptions {
  readonly guard: TreeGuard;
  readonly writer: TreeWriter;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: UnpackProgress) => void) | undefined;
}

/** Where archive readers put entries: everything is declared, and so checked, before it is written. */
export class ArchiveSink {
  readonly #options: ArchiveSinkOptions;
  readonly #pool: TaskPool;
  readonly #files: TreeFile[] = [];
  #bytes = 0;

  constructor(options: ArchiveSinkOptions) {
    this.#options = options;
    this.#pool = new TaskPool(FILES_AT_ONCE, options.signal);
  }

  /** A folder entry; folders are made when a file needs them. */
  declareFolder(path: string): void {
    this.#options.guard.addFolderEntry(path);
  }

  /** A file entry with the size that its header states. */
  declareFile(path: string, size: number): void {
    this.#options.guard.addFile(path);
    this.#options.guard.addBytes(path, size);
  }

  /** Writes a declared file. The pieces must add up to the declared size. */
  async write(path: string, size: number, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    if (size > HELD_WHOLE) {
      await this.#writePieces(path, chunks);
    } else {
      const held: Uint8Array[] = [];
      for await (const chunk of chunks) held.push(chunk);
      await this.#pool.add(() => this.#writePieces(path, held.length > 1 ? [Buffer.concat(held)] : held));
    }
  }

  /** Waits until nothing is being written; for whoever gives up. */
  async stop(): Promise<void> {
    await this.#pool.idle();
  }

  /** Waits for all writing; the tree, or the first failure. */
  async finish(): Promise<Tree> {
    await this.#pool.settle();
    return createTree(this.#files);
  }

  async #writePieces(path: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const { writer, signal, onProgress } = this.#options;
    await writer.write(path, async (append) => {
      const content = new ContentHash();
      for await (const chunk of chunks) {
        signal?.throwIfAborted();
        content.update(chunk);
        await append(chunk);
      }
      const file = content.finish(path);
      this.#files.push(file);
      this.#bytes += file.size;
      return file;
    });
    onProgress?.({ bytes: this.#bytes, files: this.#files.length });
  }
}
