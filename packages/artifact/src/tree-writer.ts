import type { Stats } from 'node:fs';
import { lstat, mkdir, readdir, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { changeDescriptorMode, closeDescriptor, openDescriptor, writeDescriptor } from './descriptor.js';

const MAX_PATH_SHOWN = 1_000;

/** Takes the pieces of one file in turn and says at the end whether it is executable. */
export type WriteContent = (append: (chunk: Uint8Array) => Promise<void>) => Promise<{ readonly executable: boolean }>;

/**
 * Fills an absent or empty folder and remembers what it made, so that {@link TreeWriter.abandon} removes exactly that.
 * The paths given to it have passed a guard.
 */
export class TreeWriter {
  readonly #target: string;
  readonly #made: readonly string[];
  readonly #folders = new Map<string, Promise<void>>();
  readonly #files: string[] = [];

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
    const stat = await statOrUndefined(target);
    if (stat === undefined) return new TreeWriter(target, foldersBetween(await mkdir(target, { recursive: true }), target));
    if (!stat.isDirectory() || (await readdir(target)).length > 0) throw notEmpty(target);
    return new TreeWriter(target, []);
  }

  /** Writes one new file; its folders are made on the way. Never replaces anything. */
  async write(path: string, content: WriteContent): Promise<void> {
    await this.#makeFolder(parentOf(path));
    const descriptor = await openDescriptor(join(this.#target, path), 'wx', 0o644);
    this.#files.push(path);
    try {
      const { executable } = await content((chunk) => writeDescriptor(descriptor, chunk));
      await changeDescriptorMode(descriptor, executable ? 0o755 : 0o644);
    } finally {
      await closeDescriptor(descriptor);
    }
  }

  /** Removes what was written; what others put there meanwhile stays. */
  async abandon(): Promise<void> {
    for (const path of this.#files) await ignoring(unlink(join(this.#target, path)), 'ENOENT');
    const folders = [...this.#folders.keys()].filter((folder) => folder !== '').reverse();
    for (const folder of folders) await removeFolder(join(this.#target, folder));
    for (const folder of this.#made) await removeFolder(folder);
  }

  #makeFolder(folder: string): Promise<void> {
    if (folder === '') return Promise.resolve();
    const known = this.#folders.get(folder);
    if (known !== undefined) return known;
    const parent = this.#makeFolder(parentOf(folder));
    const made = parent.then(() => mkdir(join(this.#target, folder)));
    this.#folders.set(folder, made);
    return made;
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

async function statOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** From the target up to the first folder that mkdir made. */
function foldersBetween(first: string | undefined, target: string): string[] {
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
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function notEmpty(target: string): MarketplaceError {
  return new MarketplaceError(`Expected an absent or empty folder at ${printable(target, MAX_PATH_SHOWN)}`, {
    code: 'TARGET_NOT_EMPTY',
    hint: 'Give a new folder, or empty this one.',
  });
}
