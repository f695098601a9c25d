import { writeTree } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
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
  if (options.cache === undefined) return false;
  const key = keyOf(fetch, commit);
  const bundle = await options.cache
    .find(key, { maxBytes: context.limits.maxBytes + LIST_BYTES })
    .catch((cause: unknown) => tellProblem(options, 'read', cause));
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
  const putting = options.cache?.put([keyOf(fetch, content.commit)], content.bundle);
  await putting?.catch((cause: unknown) => tellProblem(options, 'written', cause));
}

function tellProblem(options: GitOptions, done: 'read' | 'written', cause: unknown): undefined {
  options.onProblem?.(
    new MarketplaceError(`The cache of repositories cannot be ${done}`, {
      code: 'CACHE_FAILED',
      hint: 'Check its folder and the room on its disk.',
      cause,
    }),
  );
}

/** The repository is part of the key: an id proves what a commit holds, but not who may read it. */
function keyOf({ source }: GitFetch, commit: string): string {
  const folder = source.subPath === undefined ? '' : `//${source.subPath}`;
  return `git:1:${repositoryUrl(source)}${folder}#${commit}`;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* items;
}
