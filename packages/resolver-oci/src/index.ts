export type { OciResolverOptions } from './create-resolver.js';
export { createResolver } from './create-resolver.js';
