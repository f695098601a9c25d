'use strict';

// Taken before any plugin code runs: whatever a plugin patches later, the guest goes on with these.

const uncurry = Function.prototype.bind.bind(Function.prototype.call);
const lengthOfBytes = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), 'length')?.get;

module.exports = {
  allocate: Buffer.allocUnsafeSlow,
  apply: Reflect.apply,
  bufferFrom: Buffer.from,
  /** @type {(text: string) => number} */
  byteLength: Buffer.byteLength,
  /** @type {(bytes: Uint8Array) => number} */
  bytesLength: uncurry(lengthOfBytes),
  /** @type {(bytes: Buffer, encoding: BufferEncoding) => string} */
  decode: uncurry(Buffer.prototype.toString),
  decodeUri: decodeURIComponent,
  defineProperty: Object.defineProperty,
  /** A lookup in an object without a prototype runs no code that a plugin could have patched. @type {() => any} */
  dictionary: () => ({ __proto__: null }),
  encodeUri: encodeURIComponent,
  /** @type {(text: string, part: string) => boolean} */
  endsWith: uncurry(String.prototype.endsWith),
  freeze: Object.freeze,
  getBuiltinModule: process.getBuiltinModule,
  /** @type {(object: any, key: PropertyKey) => boolean} */
  hasOwn: Object.hasOwn,
  /** @type {(text: string, part: string, from?: number) => number} */
  indexOf: uncurry(String.prototype.indexOf),
  isArray: Array.isArray,
  isView: ArrayBuffer.isView,
  keys: Object.keys,
  /** @type {(text: string, part: string, from?: number) => number} */
  lastIndexOf: uncurry(String.prototype.lastIndexOf),
  /** @type {(text: string) => string} */
  lowerCase: uncurry(String.prototype.toLowerCase),
  parse: JSON.parse,
  /** @type {(reason: unknown) => Promise<any>} */
  reject: Promise.reject.bind(Promise),
  /** @type {<T>(value: T) => Promise<T>} */
  resolve: Promise.resolve.bind(Promise),
  SafeError: Error,
  SafeSyntaxError: SyntaxError,
  SafeTypeError: TypeError,
  /** @type {(text: string, start: number, end?: number) => string} */
  slice: uncurry(String.prototype.slice),
  /** @type {(text: string, part: string) => boolean} */
  startsWith: uncurry(String.prototype.startsWith),
  stringify: JSON.stringify,
  toText: String,
};
