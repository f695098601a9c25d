export { type ErrorClass, errorClassOf } from './error-class.js';
export type { Finding, FindingSeverity } from './finding.js';
export { formatFindings } from './finding.js';
export type { MarketplaceErrorOptions } from './marketplace-error.js';
export { isMarketplaceError, MarketplaceError } from './marketplace-error.js';
export { nearest } from './nearest.js';
export { printable } from './printable.js';
