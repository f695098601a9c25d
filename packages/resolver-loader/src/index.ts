export type { Extension } from './extension.js';
export type { ExtensionKind } from './extension-kind.js';
export { isExtensionName } from './extension-kind.js';
export type { FindExtensionOptions } from './find-extension.js';
export { findExtension } from './find-extension.js';
export { loadResolver } from './load-resolver.js';
export { loadShape } from './load-shape.js';
