import { setImmediate as nextTurn } from 'node:timers/promises';
import { ContentHash } from './content-hash.js';
import type { FileWriter } from './file-writer.js';
import { createTree, type Tree, type TreeFile } from './tree.js';
import type { TreeGuard } from './tree-guard.js';
import type { UnpackProgress } from './unpack-progress.js';

/** Files up to this size are held whole and written by blocking calls, which cost a fraction of queued ones; larger ones pass in pieces. */
const HELD_WHOLE = 1_048_576;
/** Blocking writes give way to everything else this often. */
const SLICE_MS = 8;

/** What {@link ArchiveSink} works with. */
export interface ArchiveSinkOptions {
  readonly guard: TreeGuard;
  readonly writer: FileWriter;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: UnpackProgress) => void) | undefined;
}

/** Where archive readers put entries: everything is declared, and so checked, before it is written. */
export class ArchiveSink {
  readonly #options: ArchiveSinkOptions;
  readonly #files: TreeFile[] = [];
  #bytes = 0;
  #began: number = performance.now();

  constructor(options: ArchiveSinkOptions) {
    this.#options = options;
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

  /** Writes a declared file. The pieces must add up to the declared size. One at a time. */
  async write(path: string, size: number, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const file = size > HELD_WHOLE ? await this.#writePieces(path, chunks) : await this.#writeWhole(path, chunks);
    this.#files.push(file);
    this.#bytes += file.size;
    this.#options.onProgress?.({ bytes: this.#bytes, files: this.#files.length });
    if (performance.now() - this.#began < SLICE_MS) return;
    await nextTurn();
    this.#began = performance.now();
  }

  /** The tree that was written; throws the signal's reason when the last file came after the abort. */
  finish(): Tree {
    this.#options.signal?.throwIfAborted();
    return createTree(this.#files);
  }

  async #writeWhole(path: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<TreeFile> {
    const held: Uint8Array[] = [];
    for await (const chunk of chunks) held.push(chunk);
    const content = new ContentHash();
    for (const chunk of held) content.update(chunk);
    const file = content.finish(path);
    const [first = new Uint8Array()] = held;
    this.#options.writer.writeWhole(path, held.length > 1 ? Buffer.concat(held) : first, file.executable);
    return file;
  }

  async #writePieces(path: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<TreeFile> {
    const content = new ContentHash();
    let file: TreeFile | undefined;
    await this.#options.writer.write(path, async (append) => {
      for await (const chunk of chunks) {
        this.#options.signal?.throwIfAborted();
        content.update(chunk);
        await append(chunk);
      }
      file = content.finish(path);
      return file;
    });
    return file ?? content.finish(path);
  }
}
