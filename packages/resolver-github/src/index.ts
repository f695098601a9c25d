export type { GithubResolverOptions } from './create-resolver.js';
export { createResolver } from './create-resolver.js';
