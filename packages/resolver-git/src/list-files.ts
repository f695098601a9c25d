import { checkPath, IGNORE_FILENAME, type IgnoreRules, type TreeLimits } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { readTree } from './commit-tree.js';
import type { ObjectStore } from './object-store.js';
import type { GitTreeEntry } from './parse-tree.js';

/** A file of a commit. */
export interface GitFile {
  /** Below the folder that was listed. */
  readonly path: string;
  readonly id: string;
}

/** What {@link listFiles} is given. */
export interface ListOptions {
  readonly limits: Partial<TreeLimits> & Pick<TreeLimits, 'maxFiles'>;
  /** Makes the rules out of the folder's own ignore file, where it has one. */
  readonly readRules: (ignoreFile: string | undefined) => Promise<IgnoreRules>;
}

interface Folder {
  readonly path: string;
  readonly id: string;
}

/**
 * Lists a folder of a commit as packing sees it, without what is never shipped. Submodules are other repositories and stay out.
 *
 * @throws MarketplaceError `TREE_UNSAFE` for links and other entries that are no plain files; `FETCH_TOO_LARGE`
 */
export async function listFiles(store: ObjectStore, root: string, options: ListOptions): Promise<GitFile[]> {
  const top = [...readTree(store, root)];
  const ignoreFile = top.find((entry) => entry.name === IGNORE_FILENAME);
  if (ignoreFile !== undefined && ignoreFile.kind !== 'file') throw unsafe(IGNORE_FILENAME, 'it is not a regular file');
  const listing = new Listing(await options.readRules(ignoreFile?.id), options.limits);
  const folders = listing.take('', top);
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    folders.push(...listing.take(`${folder.path}/`, readTree(store, folder.id)));
  }
  return listing.files;
}

class Listing {
  readonly files: GitFile[] = [];
  readonly #ignored: IgnoreRules;
  readonly #limits: ListOptions['limits'];
  #folders = 0;

  constructor(ignored: IgnoreRules, limits: ListOptions['limits']) {
    this.#ignored = ignored;
    this.#limits = limits;
  }

  /** Keeps the files and answers the folders. */
  take(prefix: string, entries: Iterable<GitTreeEntry>): Folder[] {
    const folders: Folder[] = [];
    for (const { kind, name, id } of entries) {
      const path = prefix + name;
      if (kind === 'submodule' || this.#ignored(path, kind === 'folder')) continue;
      if (kind === 'link') throw unsafe(path, 'it is a symbolic link');
      if (kind === 'other') throw unsafe(path, 'it is not a regular file');
      if (kind === 'file') this.files.push({ path, id });
      else folders.push(this.#folder(path, id));
      if (this.files.length > this.#limits.maxFiles) throw tooMany(this.#limits.maxFiles, 'files');
    }
    return folders;
  }

  #folder(path: string, id: string): Folder {
    const reason = checkPath(path, this.#limits);
    if (reason !== undefined) throw unsafe(path, reason);
    this.#folders += 1;
    if (this.#folders > this.#limits.maxFiles) throw tooMany(this.#limits.maxFiles, 'folders');
    return { path, id };
  }
}

function unsafe(path: string, reason: string): MarketplaceError {
  return new MarketplaceError(`The repository holds ${printable(path)}: ${reason}`, {
    code: 'TREE_UNSAFE',
    hint: 'Plugins are plain files under portable names; leave others out with .agentmeshignore.',
  });
}

function tooMany(most: number, what: string): MarketplaceError {
  return new MarketplaceError(`The plugin has more than ${most} ${what}`, {
    code: 'FETCH_TOO_LARGE',
    hint: 'Fetch a folder of the repository (//folder), or raise the limit maxFiles.',
  });
}
