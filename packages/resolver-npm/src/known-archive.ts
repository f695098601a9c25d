import { type ContentCache, parseDigest } from '@agentmesh/download';
import type { PackageArchive } from './packument.js';

/** Where archives of exact versions were found before: a registry never lets a version become another one. */
export interface KnownArchives {
  find(key: string): Promise<PackageArchive | undefined>;
  keep(key: string, archive: PackageArchive): Promise<void>;
}

const MAX_BYTES = 16_384;

/** Keeps them in the cache. */
export function createKnownArchives(cache: ContentCache | undefined): KnownArchives {
  return {
    find: async (key) => readArchiveText(await cache?.find(key, { maxBytes: MAX_BYTES })),
    keep: async (key, { digest, tarball }) => cache?.put([key], Buffer.from(`${digest}\n${tarball}`)),
  };
}

function readArchiveText(bytes: Uint8Array | undefined): PackageArchive | undefined {
  const [first = '', tarball] = bytes === undefined ? [] : Buffer.from(bytes).toString('utf8').split('\n');
  const digest = parseDigest(first);
  return digest === undefined || tarball === undefined ? undefined : { digest, tarball };
}
