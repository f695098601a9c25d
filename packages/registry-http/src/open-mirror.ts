import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import type { CopyTarget } from '@agentmesh/registry';
import { ArtifactPlaces } from './artifact-places.js';
import { openMirrorReader } from './mirror-reader.js';
import { readOnlySource } from './read-only-source.js';
import { versionPath } from './registry-paths.js';

const MAX_BYTES = 1024 * 1024 * 1024;

/**
 * Opens a mirror in a folder, for reading: over `PluginRegistry`, or to copy from. What changes it is `REGISTRY_READ_ONLY`.
 *
 * @throws MarketplaceError `REGISTRY_NOT_FOUND`, `FETCH_FAILED` for files that are no mirror
 */
export async function openMirror(dir: string): Promise<CopyTarget> {
  const reader = await openMirrorReader((path) => readIfThere(join(dir, decodeURIComponent(path))));
  if (reader === undefined) throw noMirror(dir);
  const places = new ArtifactPlaces();
  return readOnlySource({
    store: {
      versions: async (name) => {
        const { versions = [] } = (await reader.name(name)) ?? {};
        for (const entry of versions) places.remember(entry);
        return versions;
      },
      owners: async (name) => (await reader.name(name))?.owners ?? [],
      search: async (query) => {
        const page = await reader.search(query);
        for (const entry of page.items) places.remember(entry);
        return page;
      },
      async *names() {
        yield* await reader.names();
      },
    },
    blobs: {
      open: async (integrity) => {
        const place = places.find(integrity);
        const path = place === undefined ? undefined : versionPath(place.name, place.version);
        if (path === undefined) throw missing(integrity);
        const file = join(dir, decodeURIComponent(path), 'artifact');
        const stats = await lstat(file).catch(() => undefined);
        if (stats?.isFile() !== true) throw missing(integrity);
        // Node's own declaration of the stream's chunks is `any`; a read stream without an encoding gives bytes.
        return Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;
      },
    },
  });
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFileLimited(path, MAX_BYTES);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw error;
  }
}

function noMirror(dir: string): MarketplaceError {
  return new MarketplaceError(`There is no mirror of a registry in ${printable(dir, 1_000)}`, {
    code: 'REGISTRY_NOT_FOUND',
    hint: 'Write one with: agentmesh registry mirror DIR',
  });
}

function missing(integrity: string): MarketplaceError {
  return new MarketplaceError(`The mirror does not have the files ${printable(integrity, 120)}`, {
    code: 'BLOB_NOT_FOUND',
    hint: 'Write it again with: agentmesh registry mirror DIR',
  });
}
