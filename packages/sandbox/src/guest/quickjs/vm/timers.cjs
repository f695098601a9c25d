'use strict';

// Timers in real time. The host sleeps between them; a call ends with its answer, whatever timers are left.

const { SafeTypeError, apply } = require('./intrinsics.cjs');

const LONGEST_MS = 2 ** 31 - 1;
const now = Date.now;

/** @typedef {{ at: number, delay: number, callback: Function, args: unknown[], repeats: boolean, timeout: Timeout | undefined }} Timer */

/** Sorted by time, then by age. @type {Timer[]} */
let queue = [];

/** What Node gives: it can be handed to `clearTimeout`. A call waits for its answer alone, so `unref` changes nothing. */
class Timeout {
  #timer;

  /** @param {Timer} timer */
  constructor(timer) {
    this.#timer = timer;
    timer.timeout = this;
  }

  refresh() {
    clear(this);
    enqueue(this.#timer);
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  hasRef() {
    return true;
  }
}

/**
 * @param {boolean} repeats
 * @param {unknown} callback
 * @param {unknown} delay
 * @param {unknown[]} args
 */
function start(repeats, callback, delay, args) {
  if (typeof callback !== 'function') throw new SafeTypeError('a timer needs a function');
  const ms = Number(delay);
  /** @type {Timer} */
  const timer = { at: 0, delay: ms >= 1 && ms <= LONGEST_MS ? ms : 1, callback, args, repeats, timeout: undefined };
  enqueue(timer);
  return new Timeout(timer);
}

/** @param {Timer} timer */
function enqueue(timer) {
  timer.at = now() + timer.delay;
  let index = queue.length;
  for (; index > 0; index -= 1) {
    const before = /** @type {Timer} */ (queue[index - 1]);
    if (before.at <= timer.at) break;
    queue[index] = before;
  }
  queue[index] = timer;
}

/** @param {unknown} timeout */
function clear(timeout) {
  /** @type {Timer[]} */
  const kept = [];
  for (let index = 0; index < queue.length; index += 1) {
    const timer = /** @type {Timer} */ (queue[index]);
    if (timer.timeout !== timeout) kept[kept.length] = timer;
  }
  queue = kept;
}

/**
 * Runs the first timer that is due.
 * @returns {number} 0 when one ran, else the milliseconds until the next; -1 without any
 */
function tick() {
  const first = queue[0];
  if (first === undefined) return -1;
  const wait = first.at - now();
  if (wait > 0) return wait;
  clear(first.timeout);
  if (first.repeats) enqueue(first);
  apply(first.callback, first.timeout, first.args);
  return 0;
}

const globals = {
  /** @type {(callback: unknown, delay?: unknown, ...args: unknown[]) => Timeout} */
  setTimeout: (callback, delay, ...args) => start(false, callback, delay, args),
  /** @type {(callback: unknown, delay?: unknown, ...args: unknown[]) => Timeout} */
  setInterval: (callback, delay, ...args) => start(true, callback, delay, args),
  /** @type {(callback: unknown, ...args: unknown[]) => Timeout} */
  setImmediate: (callback, ...args) => start(false, callback, 0, args),
  clearTimeout: clear,
  clearInterval: clear,
  clearImmediate: clear,
};

module.exports = { globals, tick };
