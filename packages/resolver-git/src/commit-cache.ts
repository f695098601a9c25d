import { writeTree } from '@agentmesh/artifact';
import { forgivingCache } from '@agentmesh/download';
import { readBundle } from './content-bundle.js';
import type { GitFetch } from './fetch-git.js';
import type { GitOptions } from './git-options.js';
import { repositoryUrl } from './repository-url.js';
import { treeLimits } from './tree-limits.js';

/** The list of files of a bundle, beside their content. */
const LIST_BYTES = 16 * 1024 * 1024;

/**
 * Writes what a commit held from the cache into the target, under today's limits.
 *
 * @returns false, with nothing written, when the cache does not know it
 * @throws MarketplaceError `TREE_UNSAFE`, `TREE_TOO_LARGE`, `FETCH_TOO_LARGE`; the signal's reason
 */
export async function writeFromCache(fetch: GitFetch, options: GitOptions, commit: string): Promise<boolean> {
  const { context, target } = fetch;
  const maxBytes = context.limits.maxBytes + LIST_BYTES;
  const bundle = await forgivingCache(options)?.find(keyOf(fetch, commit), { maxBytes });
  context.signal.throwIfAborted();
  const entries = bundle === undefined ? undefined : readBundle(bundle);
  if (entries === undefined) return false;
  await writeTree(target, each(entries), {
    limits: treeLimits(context.limits, options.limits),
    signal: context.signal,
    onProgress: (progress) => context.onProgress?.(progress),
  });
  return true;
}

/** Keeps what a commit held. A cache that fails stops nothing; `onProblem` is told. */
export async function writeToCache(
  fetch: GitFetch,
  options: GitOptions,
  content: { readonly commit: string; readonly bundle: Uint8Array },
): Promise<void> {
  await forgivingCache(options)?.put([keyOf(fetch, content.commit)], content.bundle);
}

/** The repository is part of the key: an id proves what a commit holds, but not who may read it. */
function keyOf({ source }: GitFetch, commit: string): string {
  const folder = source.subPath === undefined ? '' : `//${source.subPath}`;
  return `git:1:${repositoryUrl(source)}${folder}#${commit}`;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* items;
}
