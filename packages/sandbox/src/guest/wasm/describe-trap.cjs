'use strict';

const MAX_LINES = 20;
const MAX_LINE = 300;
const OWN_LINE = /^\s*at (.*?)\(?wasm:\/\/wasm\/[^:)]*:(.*?)\)?$/;

/**
 * The body of ERROR for what ended a call.
 * @param {unknown} thrown
 * @param {string} entry the module's path
 * @param {number} maxMessage in UTF-16 code units
 */
function describeTrap(thrown, entry, maxMessage) {
  const { name = 'Error', message = '', stack = '' } = thrown instanceof Error ? thrown : { message: String(thrown) };
  const own = stack.split('\n').flatMap((line) => ownLine(line, entry));
  return {
    kind: 'plugin',
    type: name,
    message: message.slice(0, maxMessage),
    stack: own.slice(0, MAX_LINES).join('\n'),
  };
}

/**
 * `    at run (wasm://wasm/8a4f:wasm-function[2]:0x51)` → `at run (plugin.wasm:wasm-function[2]:0x51)`.
 * @param {string} line
 * @param {string} entry
 */
function ownLine(line, entry) {
  const [, name = '', position = ''] = OWN_LINE.exec(line) ?? [];
  if (position === '') return [];
  return [`at ${name === '' ? '<anonymous> ' : name}(${entry}:${position})`.slice(0, MAX_LINE)];
}

module.exports = { describeTrap };
