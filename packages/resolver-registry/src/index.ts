export type { RegistryResolverOptions } from './create-resolver.js';
export { createResolver } from './create-resolver.js';
export type { SourceEntry, VersionSource } from './version-source.js';
