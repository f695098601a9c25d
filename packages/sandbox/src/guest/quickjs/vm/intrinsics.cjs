'use strict';

// What the Node guest's intrinsics are to its code, here made of the language alone. Taken before any plugin code runs.

const bytes = require('./bytes.cjs');
const { utf8Length } = require('./host.cjs');

const uncurry = Function.prototype.bind.bind(Function.prototype.call);

module.exports = {
  apply: Reflect.apply,
  bufferFrom: bytes.bufferFrom,
  byteLength: utf8Length,
  decode: bytes.decode,
  decodeUri: decodeURIComponent,
  defineProperty: Object.defineProperty,
  /** @type {() => any} */
  dictionary: () => ({ __proto__: null }),
  encodeUri: encodeURIComponent,
  endsWith: uncurry(String.prototype.endsWith),
  freeze: Object.freeze,
  getBuiltinModule: () => undefined,
  hasOwn: Object.hasOwn,
  indexOf: uncurry(String.prototype.indexOf),
  isArray: Array.isArray,
  isView: ArrayBuffer.isView,
  keys: Object.keys,
  lastIndexOf: uncurry(String.prototype.lastIndexOf),
  lowerCase: uncurry(String.prototype.toLowerCase),
  parse: JSON.parse,
  reject: Promise.reject.bind(Promise),
  resolve: Promise.resolve.bind(Promise),
  SafeError: Error,
  SafeSyntaxError: SyntaxError,
  SafeTypeError: TypeError,
  slice: uncurry(String.prototype.slice),
  startsWith: uncurry(String.prototype.startsWith),
  stringify: JSON.stringify,
  toText: String,
};
