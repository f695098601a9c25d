import type { BlobStore, CopySource, RegistryStore } from '@agentmesh/registry';
import { readOnly } from './remote-store.js';

/** A store and blobs that can only be read, for a `PluginRegistry` that only reads. */
export function readOnlySource({ store, blobs }: CopySource): {
  readonly store: RegistryStore;
  readonly blobs: BlobStore;
} {
  const refuse = async (): Promise<never> => {
    throw readOnly('A mirror is read, and written as a whole');
  };
  return {
    store: {
      change: refuse,
      versions: (name) => store.versions(name),
      owners: (name) => store.owners(name),
      search: (query) => store.search(query),
      ...(store.names === undefined ? {} : { names: store.names.bind(store) }),
    },
    blobs: { put: refuse, open: (integrity) => blobs.open(integrity) },
  };
}
