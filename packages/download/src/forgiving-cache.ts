import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';
import type { ContentCache } from './content-cache.js';
import type { DownloaderOptions } from './downloader.js';

/**
 * A cache that stops nothing: where it fails, nothing is found and nothing kept, which costs time alone, and `onProblem` is
 * told (`CACHE_FAILED`). A limit that is reached (`FETCH_TOO_LARGE`) stays one. Undefined without a cache.
 */
export function forgivingCache({
  cache,
  onProblem,
}: Pick<DownloaderOptions, 'cache' | 'onProblem'>): ContentCache | undefined {
  if (cache === undefined) return undefined;
  const tell = (done: 'read' | 'written', cause: unknown): undefined => {
    if (isMarketplaceError(cause) && cause.code === 'FETCH_TOO_LARGE') throw cause;
    onProblem?.(
      new MarketplaceError(`The cache of downloads cannot be ${done}`, {
        code: 'CACHE_FAILED',
        hint: 'Check its folder and the room on its disk; everything comes over the network meanwhile.',
        cause,
      }),
    );
  };
  return {
    find: (key, options) => cache.find(key, options).catch((cause: unknown) => tell('read', cause)),
    put: (keys, bytes) => cache.put(keys, bytes).catch((cause: unknown) => tell('written', cause)),
  };
}
