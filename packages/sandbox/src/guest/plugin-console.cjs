'use strict';

// What a plugin prints goes straight to descriptors 1 and 2, which the host captures and never parses.

const { writeSync } = require('node:fs');
const { Console } = require('node:console');
const { toText } = require('./intrinsics.cjs');

/**
 * A stream's `write` and nothing else of a stream: no handle, no constructor to walk to.
 * @param {1 | 2} descriptor
 */
function createOutput(descriptor) {
  return {
    isTTY: false,
    writable: true,
    /** @param {unknown} chunk */
    write(chunk, /** @type {unknown[]} */ ...rest) {
      try {
        writeSync(descriptor, typeof chunk === 'string' ? chunk : toText(chunk));
      } catch {
        // The host has stopped listening: it is about to end this process, and a plugin can do nothing about it.
      }
      const done = rest[rest.length - 1];
      if (typeof done === 'function') done();
      return true;
    },
    end() {},
    on() {
      return this;
    },
    once() {
      return this;
    },
    removeListener() {
      return this;
    },
  };
}

/** @param {{ stdout: object, stderr: object }} outputs */
function createConsole({ stdout, stderr }) {
  return new Console(/** @type {any} */ ({ stdout, stderr, ignoreErrors: false, colorMode: false }));
}

module.exports = { createConsole, createOutput };
