'use strict';

// Which functions of a plugin's entry can be called from outside: its own exports.

const { hasOwn, keys } = require('./intrinsics.cjs');

/**
 * @param {any} exports
 * @param {string} name
 */
function findFunction(exports, name) {
  if (exports === null || (typeof exports !== 'object' && typeof exports !== 'function')) return undefined;
  const value = hasOwn(exports, name) ? exports[name] : ownDefault(exports, name);
  return typeof value === 'function' ? value : findInvoke(value);
}

/**
 * Graphs and the like are objects that are called by their method.
 * @param {any} value
 */
function findInvoke(value) {
  if (value === null || typeof value !== 'object' || typeof value.invoke !== 'function') return undefined;
  return (/** @type {unknown} */ input) => value.invoke(input);
}

/**
 * A CommonJS module that is a function is its own default export.
 * @param {any} exports
 * @param {string} name
 */
function ownDefault(exports, name) {
  return name === 'default' && typeof exports === 'function' ? exports : undefined;
}

/** Comma-separated. @param {any} exports */
function functionNames(exports) {
  let names = typeof exports === 'function' ? 'default' : '';
  const own = typeof exports === 'object' && exports !== null ? keys(exports) : [];
  for (let index = 0; index < own.length; index += 1) {
    const name = /** @type {string} */ (own[index]);
    if (typeof exports[name] === 'function') names += names === '' ? name : `, ${name}`;
  }
  return names;
}

module.exports = { findFunction, functionNames };
