import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';
import type { FetchContext, FetchedPlugin } from '@agentmesh/resolver';
import { sourceUnpinned } from '@agentmesh/resolver';
import { checkGit } from './check-git.js';
import { writeFromCache } from './commit-cache.js';
import { fetchAhead } from './fetch-ahead.js';
import { fetchPinned } from './fetch-pinned.js';
import { isFullId } from './full-id.js';
import { openConnection } from './git-connection.js';
import type { GitOptions } from './git-options.js';
import { completeProgram } from './git-program.js';
import { createSession } from './git-session.js';
import type { GitSource } from './git-source.js';
import { createWorkspace, type GitWorkspace } from './git-workspace.js';
import { pluginName } from './plugin-name.js';
import { isFullName, resolveRef } from './resolve-ref.js';

/** One fetch of a checked source. */
export interface GitFetch {
  readonly scheme: string;
  readonly source: GitSource;
  readonly target: string;
  readonly context: FetchContext;
  /** Writes the source with a commit id for its ref, as `scheme://spec`. */
  readonly format: (commit: string) => string;
}

/** Fetches with git; see {@link createGitFetcher}. */
export type GitFetcher = (fetch: GitFetch) => Promise<FetchedPlugin>;

const SHA1_DIGITS = 40;

/**
 * Makes the part that all git schemes share: the ref becomes a commit (`ls-remote`), exactly that commit is fetched and its files are
 * written to the target. The function throws SOURCE_SYNTAX for a source without a plugin name, SOURCE_UNPINNED, GIT_MISSING,
 * SOURCE_NOT_FOUND, SOURCE_UNAUTHORIZED, FETCH_TOO_LARGE, FETCH_FAILED, INTEGRITY_MISMATCH, TREE_UNSAFE, IGNORE_INVALID and the signal's
 * reason.
 */
export function createGitFetcher(options: GitOptions = {}): GitFetcher {
  let checked: Promise<unknown> | undefined;
  // Once it is there it stays; a git that is missing may be installed meanwhile.
  const ensureGit = async (): Promise<void> => {
    checked ??= checkGit(options);
    await checked.catch((error: unknown) => {
      checked = undefined;
      throw error;
    });
  };
  return async (fetch) => {
    const { scheme, source, context } = fetch;
    const name = pluginName(source);
    if (context.pinned === 'required' && !isFullId(source.ref ?? '')) {
      throw sourceUnpinned(scheme, 'a full commit id after "#"');
    }
    context.signal.throwIfAborted();
    try {
      const commit = await fetchSource(fetch, options, ensureGit);
      return { name, resolved: fetch.format(commit), revision: commit };
    } catch (error) {
      throw explain(error, context.signal);
    }
  };
}

async function fetchSource(fetch: GitFetch, options: GitOptions, ensureGit: () => Promise<void>): Promise<string> {
  const { source, target } = fetch;
  const ref = source.ref ?? 'HEAD';
  if (isFullId(ref) && (await writeFromCache(fetch, options, ref))) return ref;
  await ensureGit();
  const workspace = await createWorkspace(target);
  try {
    return await fetchInto(workspace, fetch, options);
  } finally {
    await workspace.remove();
  }
}

async function fetchInto(workspace: GitWorkspace, fetch: GitFetch, options: GitOptions): Promise<string> {
  const { source, context } = fetch;
  const ref = source.ref ?? 'HEAD';
  const [connection, repository] = await Promise.all([
    openConnection(source, options, workspace),
    workspace.createRepository({ format: isFullId(ref) ? ref.length : SHA1_DIGITS }),
  ]);
  const session = createSession({ source, workspace, context, connection, program: completeProgram(options) });
  if (isFullId(ref)) {
    await fetchPinned(session, { commit: ref, repository, fetch, options });
    return ref;
  }
  const order = { repository, ref, withoutFiles: source.subPath !== undefined };
  const ahead = isFullName(ref) ? fetchAhead(session, order) : undefined;
  try {
    const commit = await resolveRef(session, repository, ref);
    if (await writeFromCache(fetch, options, commit)) return commit;
    const found = await ahead?.take(commit);
    const own = found ?? (await workspace.createRepository({ format: commit.length }));
    await fetchPinned(session, { commit, repository: own, isFetched: found !== undefined, fetch, options });
    return commit;
  } finally {
    await ahead?.drop();
  }
}

/** Whatever was met, in the codes of a fetch; an abort is the reason of its signal. */
function explain(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (!isMarketplaceError(error)) {
    return new MarketplaceError('The files of the repository could not be stored', {
      code: 'FETCH_FAILED',
      hint: 'Make sure that the disk has room; the cause of this error has what the system said.',
      cause: error,
    });
  }
  if (error.code !== 'TREE_TOO_LARGE') return error;
  return new MarketplaceError(error.message, { code: 'FETCH_TOO_LARGE', hint: error.hint, cause: error });
}
