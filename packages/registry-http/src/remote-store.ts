import { MarketplaceError } from '@agentmesh/errors';
import type { RegistryStore } from '@agentmesh/registry';
import type { ArtifactPlaces } from './artifact-places.js';
import type { RemoteReader } from './remote-reader.js';

/** The reading half of a store over HTTP; `change` is refused, because the rules are the server's to apply. */
export function createRemoteStore(reader: RemoteReader, places: ArtifactPlaces): RegistryStore {
  return {
    change: async () => {
      throw readOnly('Rows are not changed over HTTP');
    },
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
  };
}

/** `REGISTRY_READ_ONLY`: what only the keeper of the registry can do, or nobody with a mirror. */
export function readOnly(what: string): MarketplaceError {
  return new MarketplaceError(what, {
    code: 'REGISTRY_READ_ONLY',
    hint: 'Publish, deprecate and yank work on a server; all else is done where the registry is kept.',
  });
}
