import { createHash, hash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited, writeFileAtomic } from '@agentmesh/files';
import type { ContentCache } from './content-cache.js';
import { type Digest, isSameDigest, parseDigest } from './digest.js';
import { trimCache } from './trim-cache.js';

/** What {@link createFolderCache} takes. */
export interface FolderCacheOptions {
  /** Absolute path of its folder, which is made when something is put. */
  readonly folder: string;
  /** Most bytes of content it keeps (default 1 GiB); what was put first goes first. */
  readonly maxBytes?: number | undefined;
}

const DEFAULT_MAX_BYTES = 1024 ** 3;
const PRIVATE = 0o600;
const HEX = /^[0-9a-f]{64}$/;

/**
 * A cache in a folder: `content/<sha256>` holds bytes, `keys/<sha256 of a key>` says which. Writes are atomic, so any number of
 * processes may share it; what is read is hashed, and what was damaged is removed and counts as absent. Others than the
 * user cannot read it.
 */
export function createFolderCache(options: FolderCacheOptions): ContentCache {
  const { folder, maxBytes = DEFAULT_MAX_BYTES } = options;
  return {
    find: async (key, limits = {}) => {
      const id = await findContent(folder, key);
      if (id === undefined) return undefined;
      const path = join(folder, 'content', id);
      const bytes = await absentAsUndefined(readLimited(path, limits.maxBytes ?? maxBytes));
      if (bytes === undefined) return undefined;
      const digest = parseDigest(key);
      if (hash('sha256', bytes) === id && (digest === undefined || isDigestOf(digest, bytes))) return bytes;
      await rm(path, { force: true });
      return undefined;
    },
    put: async (keys, bytes) => {
      for (const digest of keys.map(parseDigest)) {
        if (digest !== undefined && !isDigestOf(digest, bytes)) throw mismatch(digest);
      }
      if (bytes.length > maxBytes) return;
      const id = hash('sha256', bytes);
      for (const part of ['content', 'keys']) await mkdir(join(folder, part), { recursive: true, mode: 0o700 });
      const how = { mode: PRIVATE, durable: false };
      await writeFileAtomic(join(folder, 'content', id), bytes, how);
      await Promise.all(keys.map((key) => writeFileAtomic(keyPath(folder, key), `${id}\n`, how)));
      await trimCache(folder, { maxBytes, keep: id });
    },
  };
}

async function findContent(folder: string, key: string): Promise<string | undefined> {
  const text = await absentAsUndefined(readFile(keyPath(folder, key), 'utf8'));
  const id = text?.trim();
  return id !== undefined && HEX.test(id) ? id : undefined;
}

function keyPath(folder: string, key: string): string {
  return join(folder, 'keys', hash('sha256', key));
}

async function readLimited(path: string, maxBytes: number): Promise<Buffer> {
  try {
    return await readFileLimited(path, maxBytes);
  } catch (error) {
    if (!isMarketplaceError(error) || error.code !== 'FILE_TOO_LARGE') throw error;
    throw new MarketplaceError(`The cached content is larger than ${maxBytes} bytes`, {
      code: 'FETCH_TOO_LARGE',
      hint: 'Allow more with the limit maxBytes.',
    });
  }
}

function isDigestOf(digest: Digest, bytes: Uint8Array): boolean {
  const algorithm = digest.startsWith('sha256:') ? 'sha256' : 'sha512';
  return isSameDigest(digest, `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
}

function mismatch(digest: Digest): MarketplaceError {
  return new MarketplaceError(`Expected content with the digest ${printable(digest)}, got other bytes`, {
    code: 'INTEGRITY_MISMATCH',
    hint: 'Nothing was kept.',
  });
}

async function absentAsUndefined<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
