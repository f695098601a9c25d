'use strict';

// What the machine's host does for this program. None of these functions is in a plugin's reach.

/** @type {any} */
const requireHost = require;
const [send, done, begin, receive, compile, evaluate, utf8Length, random] = requireHost('host');

module.exports = {
  /** Sends a frame. @type {(kind: number, json: string) => void} */
  send,
  /** The call is over. @type {() => void} */
  done,
  /** A call begins; does not come back when the machine has to be another for it. @type {(memoryBytes: number, fetch: boolean) => void} */
  begin,
  /** Waits for the response to FETCH. @type {() => string | undefined} */
  receive,
  /** What a script's text gives. @type {(text: string, filename: string) => any} */
  compile,
  /** The namespace of a module, or a promise of it. @type {(text: string, filename: string) => any} */
  evaluate,
  /** @type {(text: string) => number} */
  utf8Length,
  /** A random integer below 2**32. @type {() => number} */
  random,
};
