import { mkdir } from 'node:fs/promises';
import { startDeadline } from './deadline.js';
import { type Digest, isSameDigest } from './digest.js';
import type { DownloadEngine } from './download-engine.js';
import { downloadError, integrityMismatch, shownHost, sizeMismatch } from './download-error.js';
import type { DownloadRequest } from './download-request.js';
import { Spool } from './spool.js';
import { transfer } from './transfer.js';

/** A download that is complete and verified, as long as it is used. */
export interface Received {
  readonly spool: Spool;
  readonly sha256: Digest;
  readonly sha512: Digest;
  /** True when the cache had it. */
  readonly cached: boolean;
  header(name: string): string | undefined;
}

/** One download and what is done with it. */
export interface DownloadUse<T> {
  readonly engine: DownloadEngine;
  readonly request: DownloadRequest;
  /** Where a large download may lie meanwhile, made when absent; without one it is held in memory. */
  readonly folder?: string;
  /** Uses the bytes under a signal that the caller and the deadline end. */
  use(received: Received, signal: AbortSignal): Promise<T>;
}

/** Brings the bytes of a request from the cache or the network, verified, and uses them, all in the codes of a fetch. */
export async function withDownload<T>({ engine, request, folder, use }: DownloadUse<T>): Promise<T> {
  request.signal.throwIfAborted();
  const deadline = startDeadline(request.signal, request.timeoutMs);
  const kept = await findCached(engine, request);
  const spool = kept ?? new Spool(folder);
  try {
    if (folder !== undefined) await mkdir(folder, { recursive: true });
    const header = kept === undefined ? await transfer({ engine, request, deadline, spool }) : () => undefined;
    const cached = kept !== undefined;
    const digests = spool.digests();
    checkDigest(request.digest, digests);
    if (request.size !== undefined && request.size !== spool.size) throw sizeMismatch(request.size);
    deadline.signal.throwIfAborted();
    return await use({ spool, ...digests, cached, header }, deadline.signal);
  } catch (error) {
    throw downloadError(error, { host: shownHost(request.url), signal: request.signal, timeout: deadline.timeout });
  } finally {
    await spool.close();
  }
}

/** What the cache has stays in memory, and its own: it may give the same bytes to others. */
async function findCached(engine: DownloadEngine, request: DownloadRequest): Promise<Spool | undefined> {
  if (request.digest === undefined) return undefined;
  const bytes = await engine.cache?.find(request.digest, { maxBytes: request.maxBytes });
  if (bytes === undefined) return undefined;
  const spool = new Spool();
  await spool.write(bytes);
  request.onProgress?.({ bytes: spool.size, totalBytes: spool.size });
  return spool;
}

function checkDigest(expected: Digest | undefined, actual: { readonly sha256: Digest; readonly sha512: Digest }): void {
  if (expected === undefined) return;
  const found = expected.startsWith('sha256:') ? actual.sha256 : actual.sha512;
  if (!isSameDigest(expected, found)) throw integrityMismatch(expected, found);
}
