'use strict';

// What of the language itself is changed before a plugin loads: no code comes from text, and a few things that Node has.

const { SafeTypeError } = require('./intrinsics.cjs');
const { mathRandom } = require('./random.cjs');

const SafeEvalError = EvalError;
const SafeError = Error;
const uncurry = Function.prototype.bind.bind(Function.prototype.call);
const then = uncurry(Promise.prototype.then);
const resolved = Promise.resolve();

/** `eval` and every constructor of functions throw EvalError. They are reachable as `constructor` of functions alone. */
function denyCodeGeneration() {
  const kinds = [
    () => {},
    async () => {},
    function* () {
      yield undefined;
    },
    async function* () {
      yield undefined;
    },
  ];
  for (const kind of kinds) {
    const prototype = Object.getPrototypeOf(kind);
    const original = prototype.constructor;
    const replacement = refuser(original.name);
    Object.defineProperty(replacement, 'prototype', { value: prototype, writable: false });
    Object.defineProperty(prototype, 'constructor', { value: replacement, writable: true, configurable: true });
    if (original === Function) define(globalThis, 'Function', replacement);
  }
  define(globalThis, 'eval', refuser('eval'));
}

/** @param {string} name */
function refuser(name) {
  const refuse = () => {
    throw new SafeEvalError('Code generation from strings disallowed for this context');
  };
  Object.defineProperty(refuse, 'name', { value: name });
  return refuse;
}

/** What Node's engine has beyond the standard, or QuickJS lacks of it. */
function addMissing() {
  define(SafeError, 'captureStackTrace', (/** @type {any} */ target) => {
    const { stack } = new SafeError();
    // Its first line is this function's own.
    define(target, 'stack', String(stack).split('\n').slice(1).join('\n'));
  });
  define(Array, 'fromAsync', fromAsync);
  define(globalThis, 'queueMicrotask', (/** @type {() => void} */ callback) => {
    if (typeof callback !== 'function') throw new SafeTypeError('queueMicrotask takes a function');
    then(resolved, () => callback());
  });
  define(Math, 'random', mathRandom);
}

/**
 * @param {any} items
 * @param {((item: any, index: number) => unknown) | undefined} [change]
 */
async function fromAsync(items, change) {
  const list = [];
  const isIterable = items?.[Symbol.asyncIterator] !== undefined || items?.[Symbol.iterator] !== undefined;
  for await (const item of isIterable ? items : Array.from(items)) {
    list.push(change === undefined ? item : await change(item, list.length));
  }
  return list;
}

/**
 * @param {object} owner
 * @param {string} name
 * @param {unknown} value
 */
function define(owner, name, value) {
  Object.defineProperty(owner, name, { value, writable: true, enumerable: false, configurable: true });
}

module.exports = { addMissing, define, denyCodeGeneration };
