import { rm } from 'node:fs/promises';
import { type Tree, unpackArchive } from '@agentmesh/artifact';
import type { ArchiveRequest, FetchedArchive } from './archive-request.js';
import type { DownloadEngine } from './download-engine.js';
import type { DownloadRequest } from './download-request.js';
import { keepInCache } from './keep-in-cache.js';
import { liftTopFolder } from './lift-top-folder.js';
import type { Spool } from './spool.js';
import { withDownload } from './with-download.js';

/** Downloads, verifies, unpacks, keeps. See `Downloader.fetchArchive`. */
export async function fetchArchive(
  engine: DownloadEngine,
  request: ArchiveRequest,
  target: string,
): Promise<FetchedArchive> {
  return withDownload({
    engine,
    request: downloadRequest(request),
    folder: target,
    use: async (received, signal) => {
      const { spool, sha256, sha512, cached } = received;
      const tree = await unpack(spool, { request, target, signal });
      await keepInCache(engine, received);
      return { tree, sha256, sha512, cached, size: spool.size };
    },
  });
}

function downloadRequest(request: ArchiveRequest): DownloadRequest {
  const { url, headers, authorization, maxRedirects, digest, size, context } = request;
  const { signal, limits, onProgress } = context;
  const { timeoutMs, maxBytes } = limits;
  return {
    ...{ url, headers, authorization, maxRedirects, digest, size, signal, timeoutMs, maxBytes },
    onProgress: (progress) => onProgress?.({ ...progress, files: 0 }),
  };
}

interface Unpacking {
  readonly request: ArchiveRequest;
  readonly target: string;
  readonly signal: AbortSignal;
}

async function unpack(spool: Spool, { request, target, signal }: Unpacking): Promise<Tree> {
  const { limits, onProgress } = request.context;
  const own = request.limits ?? {};
  const { size } = spool;
  const tree = await unpackArchive(spool, target, {
    signal,
    limits: {
      ...own,
      maxBytes: Math.min(limits.maxBytes, own.maxBytes ?? limits.maxBytes),
      maxFiles: Math.min(limits.maxFiles, own.maxFiles ?? limits.maxFiles),
    },
    onProgress: ({ files }) => onProgress?.({ bytes: size, files, totalBytes: size }),
  });
  try {
    const finished = request.top === 'lift' ? await liftTopFolder(target, tree) : tree;
    signal.throwIfAborted();
    return finished;
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    throw error;
  }
}
