import type { TreeEntry } from '@agentmesh/artifact';
import { writeToCache } from './commit-cache.js';
import { ContentBundle } from './content-bundle.js';
import { fetchCommit } from './fetch-commit.js';
import type { GitFetch } from './fetch-git.js';
import { FilesWithheld, fetchMissingFiles } from './fetch-missing-files.js';
import type { GitOptions } from './git-options.js';
import type { GitSession } from './git-session.js';
import { ObjectStore } from './object-store.js';
import { treeLimits } from './tree-limits.js';
import { writeCommit } from './write-commit.js';

/** A commit that is to be fetched into a target. */
export interface PinnedFetch {
  /** A full id. */
  readonly commit: string;
  /** A repository that holds it already, or an empty one for it. */
  readonly repository: string;
  readonly isFetched?: boolean;
  readonly fetch: GitFetch;
  readonly options: GitOptions;
}

/** An object that comes as a delta is put together in memory, beside the one that it is based on. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;
/** What is larger is fetched again instead. */
const MAX_CACHED_BYTES = 64 * 1024 * 1024;

/**
 * Fetches one commit and writes its files. Of a folder of it only that folder's files are fetched, where the server can.
 *
 * @throws MarketplaceError as `createGitFetcher` says, with `TREE_TOO_LARGE` beside `FETCH_TOO_LARGE`
 */
export async function fetchPinned(session: GitSession, pinned: PinnedFetch): Promise<void> {
  const { commit: id, repository } = pinned;
  const withoutFiles = session.source.subPath !== undefined;
  const found = pinned.isFetched === true ? repository : await fetchCommit(session, { id, repository, withoutFiles });
  try {
    await write(session, pinned, found);
  } catch (error) {
    if (!(error instanceof FilesWithheld)) throw error;
    const whole = await session.workspace.createRepository({ format: id.length });
    await write(session, pinned, await fetchCommit(session, { id, repository: whole, withoutFiles: false }));
  }
}

async function write(session: GitSession, pinned: PinnedFetch, repository: string): Promise<void> {
  const { commit, fetch, options } = pinned;
  const { source, target, context } = fetch;
  const limits = treeLimits(context.limits, options.limits);
  const bundle = options.cache === undefined ? undefined : new ContentBundle(MAX_CACHED_BYTES);
  const store = new ObjectStore(repository, {
    digits: commit.length,
    maxBytes: Math.min(limits.maxBytes, MAX_HELD_BYTES),
  });
  try {
    await writeCommit({
      store,
      commit,
      subPath: source.subPath,
      target,
      limits,
      signal: context.signal,
      onProgress: session.report,
      need: async (ids) => {
        // Without a folder everything was asked for.
        if (source.subPath === undefined) return;
        const missing = new Set(ids.filter((id) => !store.has(id)));
        if (missing.size > 0) await fetchMissingFiles(session, repository, [...missing]);
        store.refresh();
      },
      keep: (entry: TreeEntry) => bundle?.keep(entry) ?? entry,
    });
  } finally {
    store.close();
  }
  const bytes = bundle?.bytes();
  if (bytes !== undefined) await writeToCache(fetch, options, { commit, bundle: bytes });
}
