import { createEngine } from './download-engine.js';
import { downloadToFile } from './download-to-file.js';
import { downloadToMemory } from './download-to-memory.js';
import type { Downloader, DownloaderOptions } from './downloader.js';
import { exchange } from './exchange.js';
import { fetchArchive } from './fetch-archive.js';

/**
 * Makes the download step of a resolver. It opens nothing before the first request, and may serve any number of them at a time.
 *
 * @throws MarketplaceError `PROXY_INVALID`
 */
export function createDownloader(options: DownloaderOptions = {}): Downloader {
  const engine = createEngine(options);
  return {
    request: (request) => exchange(engine, request),
    download: (request) => downloadToMemory(engine, request),
    downloadToFile: (request, path) => downloadToFile(engine, request, path),
    fetchArchive: (request, target) => fetchArchive(engine, request, target),
    close: () => engine.close(),
  };
}
