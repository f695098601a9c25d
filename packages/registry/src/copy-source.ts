import type { BlobStore } from './blob-store.js';
import type { RegistryStore } from './registry-store.js';

/** What a registry is read from. */
export interface CopySource {
  readonly store: Pick<RegistryStore, 'versions' | 'owners' | 'search' | 'names'>;
  readonly blobs: Pick<BlobStore, 'open'>;
}

/** What a registry is written to. */
export interface CopyTarget {
  readonly store: RegistryStore;
  readonly blobs: BlobStore;
}
