'use strict';

// How a guest ends itself. Node's own way out waits for its threads, and now and then one of them waits for ever: a guest whose
// host was killed would stay.

const { closeSync } = require('node:fs');

const STDERR = 2;

/**
 * Ends this process at once.
 * @returns {never}
 */
function endNow() {
  try {
    process.kill(process.pid, 'SIGKILL');
  } catch {
    // A box lets nobody send signals.
  }
  return abort();
}

/**
 * Ends this process as V8 does when its heap is full. Memory is what the host observes: it is not told, it sees.
 * @returns {never}
 */
function endFull() {
  return abort();
}

/** @returns {never} */
function abort() {
  // Node would print a stack of its own there.
  closeSync(STDERR);
  process.abort();
}

module.exports = { endFull, endNow };
