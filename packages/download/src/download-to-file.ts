import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DownloadedFile } from './download.js';
import type { DownloadEngine } from './download-engine.js';
import type { DownloadRequest } from './download-request.js';
import { keepInCache } from './keep-in-cache.js';
import type { Spool } from './spool.js';
import { withDownload } from './with-download.js';

const SLICE = 1024 * 1024;

/** Downloads into a new file. See `Downloader.downloadToFile`. */
export function downloadToFile(
  engine: DownloadEngine,
  request: DownloadRequest,
  path: string,
): Promise<DownloadedFile> {
  return withDownload({
    engine,
    request,
    folder: dirname(path),
    use: async (received, signal) => {
      const { spool, sha256, sha512, cached, header } = received;
      await writeNew(path, spool, signal);
      if (request.digest !== undefined) await keepInCache(engine, received);
      return { path, size: spool.size, sha256, sha512, cached, header };
    },
  });
}

async function writeNew(path: string, spool: Spool, signal: AbortSignal): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for (let position = 0; position < spool.size; position += SLICE) {
      signal.throwIfAborted();
      await file.writeFile(await spool.read(position, SLICE));
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
