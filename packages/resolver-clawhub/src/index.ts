export type { ClawhubResolverOptions } from './create-resolver.js';
export { createResolver } from './create-resolver.js';
