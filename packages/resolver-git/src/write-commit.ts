import {
  IGNORE_FILENAME,
  type IgnoreRules,
  parseIgnoreRules,
  type TreeEntry,
  type TreeLimits,
  writeTree,
} from '@agentmesh/artifact';
import type { FetchProgress } from '@agentmesh/resolver';
import { findCommitTree, getObject, wholeContent } from './commit-tree.js';
import { type GitFile, listFiles } from './list-files.js';
import type { ObjectStore } from './object-store.js';

/** What {@link writeCommit} writes. */
export interface CommitContent {
  readonly store: ObjectStore;
  readonly commit: string;
  readonly subPath?: string | undefined;
  readonly target: string;
  readonly limits: Partial<TreeLimits> & Pick<TreeLimits, 'maxFiles' | 'maxBytes'>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: FetchProgress) => void;
  /** Called with the ids of files before they are read. */
  readonly need: (ids: readonly string[]) => Promise<void>;
  /** Looks at the content of a file as it passes. */
  readonly keep: (entry: TreeEntry) => TreeEntry;
}

const MAX_IGNORE_BYTES = 64 * 1024;

/**
 * Writes a commit, or a folder of it, into the target, object by object: git checks nothing out, so that nothing in the repository
 * has a say in how.
 *
 * @throws MarketplaceError `SOURCE_NOT_FOUND`, `TREE_UNSAFE`, `TREE_TOO_LARGE`, `FETCH_TOO_LARGE`, `IGNORE_INVALID`,
 * `INTEGRITY_MISMATCH`, `FETCH_FAILED`; the signal's reason
 */
export async function writeCommit(content: CommitContent): Promise<void> {
  const { store, commit, subPath, target, limits, signal, onProgress, need, keep } = content;
  const root = findCommitTree(store, commit, subPath);
  const readRules = async (id: string | undefined): Promise<IgnoreRules> =>
    parseIgnoreRules(id === undefined ? '' : await readIgnoreFile(content, id));
  const files = await listFiles(store, root, { limits, readRules });
  await need(files.map(({ id }) => id));
  await writeTree(target, entries(store, files, keep), { limits, signal, onProgress });
}

async function readIgnoreFile({ store, need }: CommitContent, id: string): Promise<string> {
  await need([id]);
  return wholeContent(getObject(store, id, 'blob'), MAX_IGNORE_BYTES, `an ${IGNORE_FILENAME}`).toString('utf8');
}

async function* entries(
  store: ObjectStore,
  files: readonly GitFile[],
  keep: CommitContent['keep'],
): AsyncGenerator<TreeEntry, void, undefined> {
  for (const { path, id } of files) {
    const { size, content } = getObject(store, id, 'blob');
    yield keep({ path, size, content });
  }
}
