'use strict';

// Takes away what a plugin must not find. A second layer behind Node's permission model, and on Node before 26, whose
// permission model knows no network, the only one between a plugin and a socket at this isolation level.

/** Globals that stay. Whatever else a Node version brings goes, known or not. */
const ALLOWED_GLOBALS = new Set([
  ...['AggregateError', 'Array', 'ArrayBuffer', 'AsyncDisposableStack', 'Atomics', 'BigInt', 'BigInt64Array'],
  ...['BigUint64Array', 'Boolean', 'DataView', 'Date', 'DisposableStack', 'Error', 'EvalError', 'FinalizationRegistry'],
  ...['Float16Array', 'Float32Array', 'Float64Array', 'Function', 'Infinity', 'Int16Array', 'Int32Array', 'Int8Array'],
  ...['Intl', 'Iterator', 'JSON', 'Map', 'Math', 'NaN', 'Number', 'Object', 'Promise', 'Proxy', 'RangeError'],
  ...['ReferenceError', 'Reflect', 'RegExp', 'Set', 'SharedArrayBuffer', 'String', 'SuppressedError', 'Symbol'],
  ...['SyntaxError', 'Temporal', 'TypeError', 'URIError', 'Uint16Array', 'Uint32Array', 'Uint8Array'],
  ...['Uint8ClampedArray', 'WeakMap', 'WeakRef', 'WeakSet', 'WebAssembly', 'decodeURI', 'decodeURIComponent'],
  ...['encodeURI', 'encodeURIComponent', 'escape', 'eval', 'globalThis', 'isFinite', 'isNaN', 'parseFloat'],
  ...['parseInt', 'undefined', 'unescape'],
  ...['AbortController', 'AbortSignal', 'Blob', 'Buffer', 'ByteLengthQueuingStrategy', 'CompressionStream'],
  ...['CountQueuingStrategy', 'Crypto', 'CryptoKey', 'CustomEvent', 'DOMException', 'DecompressionStream', 'Event'],
  ...['EventTarget', 'File', 'QuotaExceededError', 'ReadableByteStreamController', 'ReadableStream'],
  ...['ReadableStreamBYOBReader', 'ReadableStreamBYOBRequest', 'ReadableStreamDefaultController'],
  ...['ReadableStreamDefaultReader', 'SubtleCrypto', 'TextDecoder', 'TextDecoderStream', 'TextEncoder'],
  ...['TextEncoderStream', 'TransformStream', 'TransformStreamDefaultController', 'URL', 'URLPattern'],
  ...['URLSearchParams', 'WritableStream', 'WritableStreamDefaultController', 'WritableStreamDefaultWriter', 'atob'],
  ...['btoa', 'clearImmediate', 'clearInterval', 'clearTimeout', 'console', 'crypto', 'global', 'performance'],
  ...['process', 'queueMicrotask', 'setImmediate', 'setInterval', 'setTimeout', 'structuredClone'],
]);

/** Members of the real `process` that act on the system, load code or hand out handles. */
const DANGEROUS_MEMBERS = [
  ...['_debugEnd', '_debugProcess', '_getActiveHandles', '_getActiveRequests', '_kill', '_linkedBinding'],
  ...['_preload_modules', '_startProfilerIdleNotifier', '_stopProfilerIdleNotifier', 'abort', 'binding', 'channel'],
  ...['chdir', 'dlopen', 'execve', 'exit', 'finalization', 'getActiveResourcesInfo', 'getBuiltinModule'],
  ...['initgroups', 'kill', 'loadEnvFile', 'mainModule', 'openStdin', 'reallyExit', 'report'],
  ...['setSourceMapsEnabled', 'setegid', 'seteuid', 'setgid', 'setgroups', 'setuid', 'stderr', 'stdin', 'stdout'],
  ...['umask'],
];

/**
 * Replaces `process` and `console`, deletes every global outside the list and disarms the real `process`.
 * @param {{ process: object, console: object }} replacements
 */
function lockdown(replacements) {
  const real = process;
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!ALLOWED_GLOBALS.has(name)) remove(globalThis, name);
  }
  for (const [name, value] of Object.entries(replacements)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, enumerable: false, writable: true });
  }
  detach(real);
  for (const name of DANGEROUS_MEMBERS) remove(real, name);
  real.argv = ['node', 'plugin'];
  real.execArgv = [];
}

/**
 * Node emits on the real `process` through what it inherits. With EventEmitter.prototype or Object.prototype in its chain,
 * a method or getter that a plugin puts there would be called with the real `process` as `this`.
 * @param {NodeJS.Process} real
 */
function detach(real) {
  const inherited = Object.create(null);
  for (let level = Object.getPrototypeOf(real); level !== null; level = Object.getPrototypeOf(level)) {
    if (level === Object.prototype) break;
    for (const key of Reflect.ownKeys(level)) {
      if (!(key in inherited)) {
        Object.defineProperty(inherited, key, {
          ...Object.getOwnPropertyDescriptor(level, key),
          configurable: false,
        });
      }
    }
  }
  Object.setPrototypeOf(real, Object.freeze(inherited));
}

/**
 * @param {object} owner
 * @param {string} name
 */
function remove(owner, name) {
  if (Reflect.deleteProperty(owner, name)) return;
  Object.defineProperty(owner, name, { value: undefined });
}

module.exports = { lockdown };
