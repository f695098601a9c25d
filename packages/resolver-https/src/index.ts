export type { UrlScheme } from './archive-url.js';
export type { HttpsResolverOptions } from './create-resolver.js';
export { createResolver } from './create-resolver.js';
