export type { HelloResolverOptions } from './create-resolver.ts';
export { createResolver } from './create-resolver.ts';
