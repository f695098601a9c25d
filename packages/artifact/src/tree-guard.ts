import { printable } from '@agentmesh/errors';
import { findPathFault } from './find-path-fault.js';
import { foldersOf } from './folders-of.js';
import { refused, tooLarge, unsafe } from './refusal.js';
import type { TreeLimits } from './tree-limits.js';

interface Known {
  readonly path: string;
  readonly kind: 'file' | 'folder';
}

/**
 * Decides entry by entry whether a tree stays within the rules: paths, clashes, counts and bytes.
 * Every method throws `TREE_UNSAFE` or `TREE_TOO_LARGE`.
 */
export class TreeGuard {
  readonly limits: TreeLimits;
  readonly #known = new Map<string, Known>();
  readonly #declared = new Set<string>();
  #files = 0;
  #folders = 0;
  #bytes = 0;

  constructor(limits: TreeLimits) {
    this.limits = limits;
  }

  /** A file; its parents become folders. */
  addFile(path: string): void {
    this.#checkPath(path);
    const known = this.#known.get(foldCase(path));
    if (known !== undefined) throw clash(path, 'file', known);
    this.#addParents(path);
    this.#known.set(foldCase(path), { path, kind: 'file' });
    this.#files += 1;
    this.#checkEntries(path);
  }

  /** A folder that was met or is implied; the same one may come again. */
  addFolder(path: string): void {
    this.#checkPath(path);
    this.#addParents(path);
    this.#addOneFolder(path);
  }

  /** A folder with an archive entry of its own: counts as an entry, and comes once. */
  addFolderEntry(path: string): void {
    this.addFolder(path);
    if (this.#declared.has(path)) throw unsafe(path, 'the archive lists it twice');
    this.#declared.add(path);
    this.#checkEntries(path);
  }

  /** Bytes of one file, before they are read. */
  addBytes(path: string, bytes: number): void {
    this.#bytes += bytes;
    if (!(this.#bytes <= this.limits.maxBytes)) {
      throw tooLarge(path, `all files together exceed ${this.limits.maxBytes} bytes`);
    }
  }

  #checkPath(path: string): void {
    const fault = findPathFault(path, this.limits);
    if (fault !== undefined) throw refused(path, fault);
  }

  #addParents(path: string): void {
    for (const folder of foldersOf(path)) this.#addOneFolder(folder);
  }

  #addOneFolder(path: string): void {
    const key = foldCase(path);
    const known = this.#known.get(key);
    if (known === undefined) {
      this.#known.set(key, { path, kind: 'folder' });
      this.#folders += 1;
      this.#checkCount(path, this.#folders, 'folders');
    } else if (known.path !== path || known.kind !== 'folder') {
      throw clash(path, 'folder', known);
    }
  }

  #checkEntries(path: string): void {
    this.#checkCount(path, this.#files + this.#declared.size, this.#declared.size === 0 ? 'files' : 'entries');
  }

  #checkCount(path: string, count: number, what: string): void {
    if (!(count <= this.limits.maxFiles)) throw tooLarge(path, `there are more than ${this.limits.maxFiles} ${what}`);
  }
}

/** One key for all names that some file system takes for the same; lower first, so that capital sharp s meets its kin. */
function foldCase(path: string): string {
  return path.toLowerCase().toUpperCase().normalize('NFC');
}

function clash(path: string, kind: Known['kind'], known: Known): Error {
  if (known.path !== path) return unsafe(path, `differs only by case from ${printable(known.path)}`);
  return unsafe(path, known.kind === kind ? 'it is there twice' : 'it is both a file and a folder');
}
