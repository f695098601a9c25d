export type { FindResolverOptions } from './find-resolver-package.js';
export { findResolverPackage } from './find-resolver-package.js';
export { loadResolver } from './load-resolver.js';
export type { ResolverPackage } from './resolver-package.js';
export { isResolverPackageName } from './resolver-package-name.js';
