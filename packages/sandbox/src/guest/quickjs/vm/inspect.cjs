'use strict';

// Shows a value about as Node's console does: two levels deep, a hundred items, accessors not called.

const { SafeError, isArray, isView, keys, slice, stringify, toText } = require('./intrinsics.cjs');

const DEPTH = 2;
const MOST_ITEMS = 100;
const WIDTH = 72;
const NAME = /^[A-Za-z_$][\w$]*$/;
const SafeMap = Map;
const SafeSet = Set;
const SafeDate = Date;
const SafeRegExp = RegExp;
const SafePromise = Promise;
const descriptorOf = Object.getOwnPropertyDescriptor;
const prototypeOf = Object.getPrototypeOf;
const uncurry = Function.prototype.bind.bind(Function.prototype.call);
/** @type {(pattern: RegExp, text: string) => unknown} */
const matches = uncurry(RegExp.prototype.exec);
const isoText = uncurry(Date.prototype.toISOString);
const mapEach = uncurry(Map.prototype.forEach);
const setEach = uncurry(Set.prototype.forEach);

/**
 * @param {unknown} value
 * @returns {string}
 */
function inspect(value) {
  return show(value, 0, []);
}

/**
 * @param {any} value
 * @param {number} depth
 * @param {unknown[]} above
 * @returns {string}
 */
function show(value, depth, above) {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return `${toText(value)}n`;
  if (typeof value === 'function') return `[Function: ${nameOf(value) || '(anonymous)'}]`;
  if (typeof value !== 'object' || value === null) return toText(Object.is(value, -0) ? '-0' : value);
  for (let index = 0; index < above.length; index += 1) if (above[index] === value) return '[Circular *1]';
  if (value instanceof SafeError)
    return toText(value.stack === '' ? value : `${toText(value)}\n${value.stack}`).trimEnd();
  if (value instanceof SafeDate) return isoText(value);
  if (value instanceof SafeRegExp) return toText(value);
  if (value instanceof SafePromise) return 'Promise {}';
  const name = className(value);
  if (depth > DEPTH) return isArray(value) ? '[Array]' : `[${name || 'Object: null prototype'}]`;
  const path = [...above, value];
  const isList = isArray(value) || isView(value);
  const items = itemsOf(value, (inner) => show(inner, depth + 1, path));
  const label = labelOf(value, name);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (items.length === 0) return `${label}${open}${close}`;
  const line = `${open} ${items.join(', ')} ${close}`;
  if (line.length <= WIDTH && !line.includes('\n')) return label + line;
  return `${label}${open}\n${items.map((item) => `  ${item.replaceAll('\n', '\n  ')}`).join(',\n')}\n${close}`;
}

/**
 * @param {any} value
 * @param {(inner: unknown) => string} shown
 */
function itemsOf(value, shown) {
  /** @type {string[]} */
  const items = [];
  if (value instanceof SafeMap)
    mapEach(value, (/** @type {any} */ v, /** @type {any} */ k) => items.push(`${shown(k)} => ${shown(v)}`));
  if (value instanceof SafeSet) setEach(value, (/** @type {any} */ item) => items.push(shown(item)));
  const isList = isArray(value) || isView(value);
  const count = isList ? Number(/** @type {any} */ (value).length) : 0;
  for (let index = 0; index < count && items.length < MOST_ITEMS; index += 1) items.push(shown(value[index]));
  if (count > MOST_ITEMS) items.push(`... ${count - MOST_ITEMS} more items`);
  const names = isList ? [] : keys(value);
  for (let index = 0; index < names.length && items.length < MOST_ITEMS; index += 1) {
    const name = /** @type {string} */ (names[index]);
    const property = descriptorOf(value, name);
    const text = property !== undefined && 'value' in property ? shown(property.value) : '[Getter/Setter]';
    items.push(`${matches(NAME, name) === null ? quote(name) : name}: ${text}`);
  }
  return items;
}

/**
 * @param {any} value
 * @param {string} name
 */
function labelOf(value, name) {
  if (value instanceof SafeMap || value instanceof SafeSet) return `${name}(${value.size}) `;
  if (isView(value)) return `${name}(${/** @type {any} */ (value).length}) `;
  if (name === '') return '[Object: null prototype] ';
  return name === 'Object' || name === 'Array' ? '' : `${name} `;
}

/** @param {object} value */
function className(value) {
  const prototype = prototypeOf(value);
  if (prototype === null) return '';
  const property = descriptorOf(prototype, 'constructor');
  return typeof property?.value === 'function' ? nameOf(property.value) || 'Object' : 'Object';
}

/** @param {Function} fn */
function nameOf(fn) {
  const value = descriptorOf(fn, 'name')?.value;
  return typeof value === 'string' ? value : '';
}

/** @param {string} text */
function quote(text) {
  if (text.includes("'")) return stringify(text);
  return `'${slice(stringify(text), 1, -1).replaceAll('\\"', '"')}'`;
}

module.exports = { inspect };
