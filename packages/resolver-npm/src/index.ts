export type { NpmResolverOptions } from './create-resolver.js';
export { createResolver } from './create-resolver.js';
