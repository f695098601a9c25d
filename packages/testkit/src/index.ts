export type { BlobsContract, OpenedBlobs } from './blobs/blobs-contract.js';
export { checkBlobs } from './blobs/check-blobs.js';
export type { ContractCheck } from './contract-check.js';
export { checkResolver } from './resolver/check-resolver.js';
export type { KnownSource, ResolverContract } from './resolver/resolver-contract.js';
export { checkStore } from './store/check-store.js';
export type { OpenedStore, StoreContract } from './store/store-contract.js';
