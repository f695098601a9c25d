import type { RegistryStore } from '@agentmesh/registry';

/** A store that was opened for one check. */
export interface OpenedStore {
  readonly store: RegistryStore;
  /** Opens the same rows again, as another process would; needed when the contract says `persistent`. */
  readonly reopen?: () => Promise<RegistryStore>;
  /** Lets go of the store and removes what it kept. */
  readonly close: () => Promise<void>;
}

/** What `checkStore` needs to know of a store. */
export interface StoreContract {
  /** Opens an empty store; called for every check. */
  readonly open: () => Promise<OpenedStore>;
  /** True when rows outlive the store. */
  readonly persistent?: boolean;
}
