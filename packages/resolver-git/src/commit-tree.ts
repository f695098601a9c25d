import { MarketplaceError } from '@agentmesh/errors';
import type { GitObject, ObjectStore } from './object-store.js';
import { type GitTreeEntry, parseTree } from './parse-tree.js';
import { refNotFound } from './ref-not-found.js';

const MAX_COMMIT_BYTES = 1024 * 1024;
/** Some 20,000 entries; what is larger does not come whole. */
const MAX_TREE_BYTES = 1024 * 1024;

/**
 * The id of the tree that a commit holds at a folder.
 *
 * @param subPath left out: the root
 * @throws MarketplaceError `SOURCE_NOT_FOUND` for an id that is no commit, and for a folder that is not there
 */
export function findCommitTree(store: ObjectStore, commit: string, subPath?: string): string {
  const object = store.find(commit);
  if (object?.type !== 'commit') throw refNotFound('The id is not that of a commit');
  const header = wholeContent(object, MAX_COMMIT_BYTES, 'a commit').toString('latin1', 0, 128);
  let tree = /^tree ([0-9a-f]{40,64})\n/.exec(header)?.[1];
  for (const name of subPath?.split('/') ?? []) tree = tree === undefined ? undefined : findFolder(store, tree, name);
  if (tree?.length === commit.length) return tree;
  throw refNotFound('The repository has no such folder at that commit');
}

function findFolder(store: ObjectStore, tree: string, name: string): string | undefined {
  for (const entry of readTree(store, tree)) {
    if (entry.name === name) return entry.kind === 'folder' ? entry.id : undefined;
  }
  return undefined;
}

/**
 * The entries of a tree.
 *
 * @throws MarketplaceError `FETCH_TOO_LARGE`, `TREE_UNSAFE`, `FETCH_FAILED`, `INTEGRITY_MISMATCH`
 */
export function readTree(store: ObjectStore, id: string): Generator<GitTreeEntry, void, undefined> {
  return parseTree(wholeContent(getObject(store, id, 'tree'), MAX_TREE_BYTES, 'a folder'), id.length);
}

/**
 * An object of the type that it has to be.
 *
 * @throws MarketplaceError `FETCH_FAILED`
 */
export function getObject(store: ObjectStore, id: string, type: string): GitObject {
  const object = store.find(id);
  if (object?.type === type) return object;
  throw new MarketplaceError('The repository lacks a part of the commit', {
    code: 'FETCH_FAILED',
    hint: 'Try again; if it stays, the repository on the server is broken.',
  });
}

/**
 * The content of an object that has to be small.
 *
 * @throws MarketplaceError `FETCH_TOO_LARGE`, `INTEGRITY_MISMATCH`
 */
export function wholeContent(object: GitObject, maxBytes: number, what: string): Buffer {
  const content = object.size > maxBytes ? undefined : object.content();
  if (!Buffer.isBuffer(content)) throw tooLarge(what);
  return content;
}

function tooLarge(what: string): MarketplaceError {
  return new MarketplaceError(`The repository holds ${what} that is larger than any honest one`, {
    code: 'FETCH_TOO_LARGE',
    hint: 'Fetch a folder of the repository (//folder).',
  });
}
