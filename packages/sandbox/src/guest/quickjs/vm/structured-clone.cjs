'use strict';

// `structuredClone` for data of the language: objects, arrays, dates, patterns, maps, sets, errors and bytes, in cycles too.

const { SafeError, dictionary, isArray, isView, keys, toText } = require('./intrinsics.cjs');

const SafeMap = Map;
const SafeSet = Set;
const SafeDate = Date;
const SafeRegExp = RegExp;
const SafeBuffer = ArrayBuffer;
const SafeDataView = DataView;
const uncurry = Function.prototype.bind.bind(Function.prototype.call);
const mapGet = uncurry(Map.prototype.get);
const mapSet = uncurry(Map.prototype.set);
const mapEach = uncurry(Map.prototype.forEach);
const setAdd = uncurry(Set.prototype.add);
const setEach = uncurry(Set.prototype.forEach);
const timeOf = uncurry(Date.prototype.getTime);
const copyBuffer = uncurry(ArrayBuffer.prototype.slice);
/** @type {any} */
const ERRORS = { __proto__: null, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

/** @param {unknown} value */
function structuredClone(value) {
  return clone(value, new SafeMap());
}

/**
 * @param {any} value
 * @param {Map<unknown, unknown>} known
 * @returns {any}
 */
function clone(value, known) {
  if (typeof value === 'function' || typeof value === 'symbol') throw uncloneable(typeof value);
  if (typeof value !== 'object' || value === null) return value;
  const seen = mapGet(known, value);
  if (seen !== undefined) return seen;
  const copy = emptyCopy(value, known);
  mapSet(known, value, copy);
  if (value instanceof SafeMap)
    mapEach(value, (/** @type {any} */ v, /** @type {any} */ k) => mapSet(copy, clone(k, known), clone(v, known)));
  else if (value instanceof SafeSet) setEach(value, (/** @type {any} */ item) => setAdd(copy, clone(item, known)));
  else if (value instanceof SafeError) copyError(value, copy, known);
  else if (isArray(value) || isPlain(copy)) {
    const names = keys(value);
    for (let index = 0; index < names.length; index += 1) {
      const name = /** @type {string} */ (names[index]);
      define(copy, name, clone(value[name], known));
    }
  }
  return copy;
}

/** @param {any} value @param {Map<unknown, unknown>} known */
function emptyCopy(value, known) {
  if (isArray(value)) return new Array(value.length);
  if (value instanceof SafeDate) return new SafeDate(timeOf(value));
  if (value instanceof SafeRegExp) return new SafeRegExp(value.source, value.flags);
  if (value instanceof SafeMap) return new SafeMap();
  if (value instanceof SafeSet) return new SafeSet();
  if (value instanceof SafeBuffer) return copyBuffer(value, 0);
  if (value instanceof SafeError) return new (ERRORS[value.name] ?? SafeError)();
  if (isView(value)) {
    const Kind = /** @type {any} */ (value.constructor);
    const length = value instanceof SafeDataView ? value.byteLength : /** @type {any} */ (value).length;
    return new Kind(clone(value.buffer, known), value.byteOffset, length);
  }
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet)
    throw uncloneable('such an object');
  return {};
}

/** @param {any} copy */
function isPlain(copy) {
  return Object.getPrototypeOf(copy) === Object.prototype;
}

/** @param {any} error @param {any} copy @param {Map<unknown, unknown>} known */
function copyError(error, copy, known) {
  define(copy, 'message', toText(error.message), false);
  define(copy, 'stack', toText(error.stack), false);
  if (error.cause !== undefined) define(copy, 'cause', clone(error.cause, known), false);
}

/** @param {any} object @param {string} name @param {unknown} value */
function define(object, name, value, enumerable = true) {
  const descriptor = dictionary();
  descriptor.value = value;
  descriptor.enumerable = enumerable;
  descriptor.configurable = true;
  descriptor.writable = true;
  Object.defineProperty(object, name, descriptor);
}

/** @param {string} what */
function uncloneable(what) {
  const error = new SafeError(`${what} could not be cloned`);
  error.name = 'DataCloneError';
  return error;
}

module.exports = { structuredClone };
