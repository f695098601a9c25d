import { closeSync, fchmodSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { changeDescriptorMode, closeDescriptor, openDescriptor, writeDescriptor } from './descriptor.js';
import { errorCode } from './error-code.js';
import type { FileWriter, WriteContent } from './file-writer.js';
import { FILES_AT_ONCE } from './files-at-once.js';
import { forEachBounded } from './for-each-bounded.js';
import { lstatIfThere } from './lstat-if-there.js';
import { parentOf } from './parent-of.js';

const MAX_PATH_SHOWN = 1_000;

/**
 * Fills an absent or empty folder and remembers what it made, so that {@link TreeWriter.abandon} removes exactly that.
 * The paths given to it have passed a guard.
 */
export class TreeWriter implements FileWriter {
  readonly #target: string;
  readonly #made: readonly string[];
  readonly #folders = new Map<string, Promise<void>>();
  readonly #written: { readonly folders: string[]; readonly files: string[] } = { folders: [], files: [] };

  private constructor(target: string, made: readonly string[]) {
    this.#target = target;
    this.#made = made;
  }

  /**
   * Makes the target folder, with its parents.
   *
   * @throws MarketplaceError `TARGET_NOT_EMPTY` when something is there already
   */
  static async open(target: string): Promise<TreeWriter> {
    const path = resolve(target);
    const stat = await lstatIfThere(path);
    if (stat === undefined) return new TreeWriter(path, foldersUpTo(await mkdir(path, { recursive: true }), path));
    if (!stat.isDirectory() || (await readdir(path)).length > 0) throw notEmpty(path);
    return new TreeWriter(path, []);
  }

  /** Writes one new file; its folders are made on the way. Never replaces anything. */
  async write(path: string, content: WriteContent): Promise<void> {
    await this.#makeFolder(parentOf(path));
    const descriptor = await openDescriptor(join(this.#target, path), 'wx', 0o644);
    this.#written.files.push(path);
    try {
      const { executable } = await content((chunk) => writeDescriptor(descriptor, chunk));
      await changeDescriptorMode(descriptor, executable ? 0o755 : 0o644);
    } finally {
      await closeDescriptor(descriptor);
    }
  }

  /**
   * Writes one new small file at once, blocking: for many of them that costs a fraction of queued calls. Not beside a
   * {@link TreeWriter.write} that is under way, which may be making the same folder.
   */
  writeWhole(path: string, content: Uint8Array, executable: boolean): void {
    this.#makeFolderNow(parentOf(path));
    const descriptor = openSync(join(this.#target, path), 'wx', 0o644);
    this.#written.files.push(path);
    try {
      writeFileSync(descriptor, content);
      fchmodSync(descriptor, executable ? 0o755 : 0o644);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Removes what was written; what others put there meanwhile stays. */
  async abandon(): Promise<void> {
    const { files, folders } = this.#written;
    await forEachBounded(files, { width: FILES_AT_ONCE }, (path) =>
      ignoring(unlink(join(this.#target, path)), 'ENOENT'),
    );
    for (const folder of folders.reverse()) await removeFolder(join(this.#target, folder));
    for (const folder of this.#made) await removeFolder(folder);
  }

  #makeFolder(folder: string): Promise<void> {
    if (folder === '') return Promise.resolve();
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const made = this.#makeBelow(this.#makeFolder(parentOf(folder)), folder);
    this.#folders.set(folder, made);
    return made;
  }

  #makeFolderNow(folder: string): void {
    if (folder === '' || this.#folders.has(folder)) return;
    this.#makeFolderNow(parentOf(folder));
    mkdirSync(join(this.#target, folder));
    this.#written.folders.push(folder);
    this.#folders.set(folder, Promise.resolve());
  }

  async #makeBelow(parent: Promise<void>, folder: string): Promise<void> {
    await parent;
    await mkdir(join(this.#target, folder));
    this.#written.folders.push(folder);
  }
}

/** From the target up to the first folder that mkdir made; none when another process was quicker. */
function foldersUpTo(first: string | undefined, target: string): string[] {
  if (first === undefined) return [];
  const folders = [target];
  for (let folder = target; folder.length > first.length; ) {
    folder = dirname(folder);
    folders.push(folder);
  }
  return folders;
}

async function removeFolder(path: string): Promise<void> {
  await ignoring(rmdir(path), 'ENOENT', 'ENOTEMPTY', 'EEXIST');
}

async function ignoring(work: Promise<void>, ...codes: readonly string[]): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!codes.includes(errorCode(error) ?? '')) throw error;
  }
}

function notEmpty(target: string): MarketplaceError {
  return new MarketplaceError(`Expected an absent or empty folder at ${printable(target, MAX_PATH_SHOWN)}`, {
    code: 'TARGET_NOT_EMPTY',
    hint: 'Give a new folder, or empty this one.',
  });
}
