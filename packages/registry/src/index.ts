export type { BlobRange, BlobStore, KeepBeside } from './blob-store.js';
export { collectNames } from './collect-names.js';
export { type CopyOptions, type CopyProgress, type CopyReport, copyRegistry } from './copy-registry.js';
export type { CopySource, CopyTarget } from './copy-source.js';
export { dependencyKeys } from './dependency-keys.js';
export { entryTime, parseSince } from './entry-time.js';
export { type FileStore, openFileStore } from './file-store.js';
export { foldText, TEXT_BOUNDARY } from './fold-text.js';
export { openFolderBlobs } from './folder-blobs.js';
export { integrityHex } from './integrity-hex.js';
export { latestVersion, type VersionState } from './latest-version.js';
export { listNames } from './list-names.js';
export { createMemoryBlobs } from './memory-blobs.js';
export { createMemoryStore } from './memory-store.js';
export { NameDraft } from './name-draft.js';
export { ownerGrantBytes, signOwnerGrant } from './owner-grant.js';
export type { PackedRelease, PackPublishableOptions } from './pack-publishable.js';
export { packPublishable } from './pack-publishable.js';
export { type Deprecation, type OpenRegistryOptions, PluginRegistry } from './plugin-registry.js';
export type { PublishArchiveOptions, Published } from './publish-archive.js';
export type { PublishOptions, RegisterOptions } from './publish-plugin.js';
export type { ArtifactReference, EntryState, EntryStatus, OwnerKey, RegistryEntry } from './registry-entry.js';
export type { CheckFiles, PackedPlugin, ReadManifest, RegistryOptions } from './registry-options.js';
export { type RegistryPlaces, registryPlaces } from './registry-places.js';
export type {
  ChangeNote,
  NameRows,
  NameState,
  Page,
  RegistryStore,
  SearchField,
  SearchQuery,
} from './registry-store.js';
export type { SentArchive } from './sent-archive.js';
export { type StatusAction, signStatusAction, statusActionBytes } from './status-action.js';
