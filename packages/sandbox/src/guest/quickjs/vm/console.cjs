'use strict';

// A plugin's console: each line becomes LOG frames, which the host keeps apart from the answer.

const { Kind } = require('./channel.cjs');
const host = require('./host.cjs');
const { inspect } = require('./inspect.cjs');
const { apply, indexOf, slice, stringify, toText } = require('./intrinsics.cjs');

/** Units of text in one frame: at six bytes each, as JSON at worst, they fit. */
const MOST_UNITS = 131_072;

/**
 * @param {'stdout' | 'stderr'} stream
 * @param {string} text
 */
function write(stream, text) {
  for (let start = 0; start < text.length; start += MOST_UNITS) {
    host.send(Kind.LOG, stringify({ __proto__: null, stream, text: slice(text, start, start + MOST_UNITS) }));
  }
}

/** @param {'stdout' | 'stderr'} stream */
function printer(stream) {
  return (/** @type {unknown[]} */ ...values) => {
    let text;
    try {
      text = format(values);
    } catch {
      text = '[what cannot be shown]';
    }
    write(stream, `${text}\n`);
  };
}

/** @param {unknown[]} values */
function format(values) {
  let text = '';
  let next = 0;
  if (typeof values[0] === 'string') {
    next = 1;
    const pattern = values[0];
    let from = 0;
    for (let at = indexOf(pattern, '%'); at >= 0 && at + 1 < pattern.length; at = indexOf(pattern, '%', from)) {
      const kind = /** @type {string} */ (pattern[at + 1]);
      const shown = kind === '%' ? '%' : next < values.length ? formatOne(kind, values[next]) : undefined;
      text += slice(pattern, from, at) + (shown ?? `%${kind}`);
      if (shown !== undefined && kind !== '%') next += 1;
      from = at + 2;
    }
    text += slice(pattern, from);
  }
  for (let index = next; index < values.length; index += 1) {
    const value = values[index];
    text += (index === 0 ? '' : ' ') + (typeof value === 'string' ? value : inspect(value));
  }
  return text;
}

/**
 * @param {string} kind
 * @param {unknown} value
 * @returns {string | undefined}
 */
function formatOne(kind, value) {
  if (kind === 's') return typeof value === 'object' || typeof value === 'function' ? inspect(value) : toText(value);
  if (kind === 'd') return typeof value === 'object' ? 'NaN' : toText(Number(value));
  if (kind === 'i') return toText(Number.parseInt(toText(value), 10));
  if (kind === 'f') return toText(Number.parseFloat(toText(value)));
  if (kind === 'j') return stringify(value) ?? 'undefined';
  if (kind === 'o' || kind === 'O') return inspect(value);
  return kind === 'c' ? '' : undefined;
}

const toStdout = printer('stdout');
const toStderr = printer('stderr');
const nothing = () => {};

const console = {
  log: toStdout,
  info: toStdout,
  debug: toStdout,
  dir: (/** @type {unknown} */ value) => toStdout(inspect(value)),
  table: toStdout,
  group: toStdout,
  groupCollapsed: toStdout,
  error: toStderr,
  warn: toStderr,
  trace: toStderr,
  assert: (/** @type {unknown} */ holds, /** @type {unknown[]} */ ...values) => {
    if (!holds) apply(toStderr, undefined, ['Assertion failed', ...values]);
  },
  clear: nothing,
  count: nothing,
  countReset: nothing,
  groupEnd: nothing,
  time: nothing,
  timeEnd: nothing,
  timeLog: nothing,
};

module.exports = { console };
