import type { Download } from './download.js';
import type { DownloadEngine } from './download-engine.js';
import type { DownloadRequest } from './download-request.js';
import { keepInCache } from './keep-in-cache.js';
import { withDownload } from './with-download.js';

/** Downloads into memory. See `Downloader.download`. */
export function downloadToMemory(engine: DownloadEngine, request: DownloadRequest): Promise<Download> {
  return withDownload({
    engine,
    request,
    use: async (received) => {
      if (request.digest !== undefined) await keepInCache(engine, received);
      const { spool, sha256, sha512, cached, header } = received;
      return { bytes: await spool.bytes(), sha256, sha512, cached, header };
    },
  });
}
