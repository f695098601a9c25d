import { MarketplaceError } from '@agentmesh/errors';
import type { DownloadEngine } from './download-engine.js';
import type { Received } from './with-download.js';

/** Puts what came over the network into the cache, under both digests. A cache that cannot be written stops nothing. */
export async function keepInCache(engine: DownloadEngine, received: Received): Promise<void> {
  if (engine.cache === undefined || received.cached) return;
  try {
    await engine.cache.put([received.sha256, received.sha512], await received.spool.bytes());
  } catch (cause) {
    engine.onProblem(
      new MarketplaceError('The cache of downloads cannot be written', {
        code: 'CACHE_FAILED',
        hint: 'Check its folder and the room on its disk.',
        cause,
      }),
    );
  }
}
