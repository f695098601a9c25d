import { type ContentCache, type DownloaderOptions, parseDigest } from '@agentmesh/download';
import { MarketplaceError } from '@agentmesh/errors';
import type { PackageArchive } from './packument.js';

/** Where archives of exact versions were found before: a registry never lets a version become another one. */
export interface KnownArchives {
  find(key: string): Promise<PackageArchive | undefined>;
  keep(key: string, archive: PackageArchive): Promise<void>;
}

const MAX_BYTES = 16_384;

/** Keeps them in the cache; one that fails costs time and nothing else. */
export function createKnownArchives(
  cache: ContentCache | undefined,
  onProblem: DownloaderOptions['onProblem'],
): KnownArchives {
  const tell = (cause: unknown): undefined => {
    onProblem?.(
      new MarketplaceError('The cache of downloads cannot be used', {
        code: 'CACHE_FAILED',
        hint: 'Check its folder and the room on its disk.',
        cause,
      }),
    );
    return undefined;
  };
  return {
    find: async (key) => readArchiveText(await cache?.find(key, { maxBytes: MAX_BYTES }).catch(tell)),
    keep: async (key, { digest, tarball }) => {
      await cache?.put([key], Buffer.from(`${digest}\n${tarball}`)).catch(tell);
    },
  };
}

function readArchiveText(bytes: Uint8Array | undefined): PackageArchive | undefined {
  const [first = '', tarball] = bytes === undefined ? [] : Buffer.from(bytes).toString('utf8').split('\n');
  const digest = parseDigest(first);
  return digest === undefined || tarball === undefined ? undefined : { digest, tarball };
}
