import { ReadableStream } from 'node:stream/web';
import { parseDigest } from '@agentmesh/download';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { BlobStore } from '@agentmesh/registry';
import type { ApiClient } from './api-client.js';
import type { ArtifactPlaces } from './artifact-places.js';
import { versionPath } from './registry-paths.js';
import { readOnly } from './remote-store.js';

/** The archives of a registry over HTTP, each verified before any of it is given out; they are put with their version alone. */
export function createRemoteBlobs(client: ApiClient, places: ArtifactPlaces): BlobStore {
  return {
    put: async () => {
      throw readOnly('An archive is not put over HTTP without its version');
    },
    open: async (integrity) => {
      const place = places.find(integrity);
      const path = place === undefined ? undefined : versionPath(place.name, place.version);
      const digest = parseDigest(integrity);
      if (place === undefined || path === undefined || digest === undefined) throw unknown(integrity);
      const bytes = await client.download({ path: `${path}/artifact`, digest, size: place.size });
      return ReadableStream.from([bytes]);
    },
  };
}

function unknown(integrity: string): MarketplaceError {
  return new MarketplaceError(`No version is known to have the files ${printable(integrity, 120)}`, {
    code: 'BLOB_NOT_FOUND',
    hint: 'Ask the registry for the version first.',
  });
}
