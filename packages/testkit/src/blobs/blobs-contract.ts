import type { BlobStore } from '@agentmesh/registry';

/** A blob store that was opened for one check. */
export interface OpenedBlobs {
  readonly blobs: BlobStore;
  /** Opens the same bytes again, as another process would; needed when the contract says `persistent`. */
  readonly reopen?: () => Promise<BlobStore>;
  /** Lets go of the store and removes what it kept. */
  readonly close: () => Promise<void>;
}

/** What `checkBlobs` needs to know of a blob store. */
export interface BlobsContract {
  /** Opens an empty store; called for every check. */
  readonly open: () => Promise<OpenedBlobs>;
  /** True when bytes outlive the store. */
  readonly persistent?: boolean;
}
