import { ALLOWED_NODE_MODULES } from '@agentmesh/manifest';

const MODULES: ReadonlySet<string> = new Set(ALLOWED_NODE_MODULES);

/** Names that the node engine has for a plugin and the quickjs engine has not. */
const GLOBALS: ReadonlySet<string> = new Set([
  ...['AbortController', 'AbortSignal', 'AsyncDisposableStack', 'Atomics', 'Blob', 'Buffer', 'CompressionStream'],
  ...['CountQueuingStrategy', 'ByteLengthQueuingStrategy', 'Crypto', 'CryptoKey', 'CustomEvent', 'DOMException'],
  ...['DecompressionStream', 'DisposableStack', 'Event', 'EventTarget', 'File', 'Intl', 'QuotaExceededError'],
  ...['ReadableByteStreamController', 'ReadableStream', 'ReadableStreamBYOBReader', 'ReadableStreamBYOBRequest'],
  ...['ReadableStreamDefaultController', 'ReadableStreamDefaultReader', 'SubtleCrypto', 'SuppressedError', 'Temporal'],
  ...['TextDecoderStream', 'TextEncoderStream', 'TransformStream', 'TransformStreamDefaultController', 'URL'],
  ...['URLPattern', 'URLSearchParams', 'WebAssembly', 'WritableStream', 'WritableStreamDefaultController'],
  ...['WritableStreamDefaultWriter', 'global', 'process'],
]);

/** Methods that depend on ICU, and parts of objects that quickjs has in part. */
const MEMBERS: ReadonlySet<string> = new Set([
  ...['localeCompare', 'subtle', 'toLocaleDateString', 'toLocaleString', 'toLocaleTimeString'],
]);

/** True for a global that only the node engine has. */
export function isNodeGlobal(name: string): boolean {
  return GLOBALS.has(name);
}

/** True for a member that does in the node engine alone what its name says. */
export function isNodeMember(name: string): boolean {
  return MEMBERS.has(name);
}

/** True for a built-in module that a plugin may import in the node engine. */
export function isNodeModule(specifier: string): boolean {
  return MODULES.has(specifier.replace(/^node:/, ''));
}
