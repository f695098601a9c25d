'use strict';

// Turns whatever a plugin threw into short plain text. Every look at a thrown value may run plugin code and throw again.

const { SafeError, toText, indexOf, slice, startsWith, stringify, dictionary } = require('./intrinsics.cjs');
const { ROOT_URL } = require('./plugin-root.cjs');

const MAX_STACK_TEXT = 65_536;
const MAX_STACK_LINES = 20;
const MAX_LINE = 300;
const MAX_TYPE = 100;

/**
 * The ERROR frame's text for a thrown value: type, message, and the plugin's own lines of the stack.
 * @param {unknown} thrown
 * @param {number} maxMessage in UTF-16 code units
 */
function describeError(thrown, maxMessage) {
  const description = dictionary();
  description.kind = 'plugin';
  description.type = slice(
    attempt(() => typeOf(thrown), 'Error'),
    0,
    MAX_TYPE,
  );
  description.message = slice(messageOf(thrown), 0, maxMessage);
  description.stack = attempt(() => stackOf(thrown), '');
  return stringify(description);
}

/**
 * @param {() => unknown} look
 * @param {string} fallback
 * @returns {string}
 */
function attempt(look, fallback) {
  try {
    const value = look();
    return typeof value === 'string' ? value : fallback;
  } catch {
    return fallback;
  }
}

/** @param {unknown} thrown */
function typeOf(thrown) {
  if (!(thrown instanceof SafeError)) return thrown === null ? 'null' : typeof thrown;
  return thrown.name;
}

/** The message of a thrown value; never throws. @param {unknown} thrown */
function messageOf(thrown) {
  const look = () => (thrown instanceof SafeError ? thrown.message : toText(thrown));
  return attempt(look, 'the plugin threw a value that cannot be shown');
}

/** @param {unknown} thrown */
function stackOf(thrown) {
  if (!(thrown instanceof SafeError) || typeof thrown.stack !== 'string') return '';
  const text = slice(thrown.stack, 0, MAX_STACK_TEXT);
  let kept = '';
  let lines = 0;
  for (let start = 0; start >= 0 && start < text.length && lines < MAX_STACK_LINES; ) {
    const end = indexOf(text, '\n', start);
    const line = slice(text, start, end < 0 ? text.length : end);
    const own = ownLine(line);
    if (own !== undefined) {
      kept += lines === 0 ? own : `\n${own}`;
      lines += 1;
    }
    start = end < 0 ? -1 : end + 1;
  }
  return kept;
}

/**
 * `    at run (file:///plugin/index.js:1:2)` → `at run (index.js:1:2)`; undefined for a line from elsewhere.
 * @param {string} line
 */
function ownLine(line) {
  const at = indexOf(line, ROOT_URL);
  if (at < 0) return undefined;
  let start = 0;
  while (startsWith(slice(line, start, start + 1), ' ')) start += 1;
  return slice(slice(line, start, at) + slice(line, at + ROOT_URL.length), 0, MAX_LINE);
}

module.exports = { describeError, messageOf };
