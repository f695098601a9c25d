export type { LocalResolverOptions } from './create-resolver.js';
export { createResolver } from './create-resolver.js';
