import type { DownloadEngine } from './download-engine.js';
import type { Received } from './with-download.js';

/** Puts what came over the network into the cache, under both digests. */
export async function keepInCache({ cache }: Pick<DownloadEngine, 'cache'>, received: Received): Promise<void> {
  if (cache === undefined || received.cached) return;
  await cache.put([received.sha256, received.sha512], await received.spool.bytes());
}
