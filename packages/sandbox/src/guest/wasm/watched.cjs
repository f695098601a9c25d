'use strict';

const { Script } = require('node:vm');
const { endNow } = require('../end-process.cjs');

const NAME = Symbol.for('agentmesh.watched');
const script = new Script("globalThis[Symbol.for('agentmesh.watched')]()");

/**
 * Runs `work`, and ends this process when it takes longer than any call may. The host would have ended it long before: it is
 * gone, and where no box ends with it an endless loop would outlive it. Nothing in WebAssembly can be asked to stop; V8 can
 * stop it from another thread.
 * @param {number} longestMs 0 where a box sees to that
 * @param {() => void} work
 */
function runWatched(longestMs, work) {
  if (longestMs === 0) return work();
  /** @type {any} */ (globalThis)[NAME] = work;
  try {
    script.runInThisContext({ timeout: longestMs });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') endNow();
    throw error;
  }
}

module.exports = { runWatched };
