'use strict';

// What a plugin finds beyond the language. Everything is made of the language and of what `host.cjs` gives; nothing of it
// leads out of the machine.

const { console } = require('./console.cjs');
const { freeze } = require('./intrinsics.cjs');
const { define } = require('./language.cjs');
const { fetch } = require('../../plugin-fetch.cjs');
const { getRandomValues, randomUUID } = require('./random.cjs');
const { structuredClone } = require('./structured-clone.cjs');
const text = require('./text-coding.cjs');
const timers = require('./timers.cjs');

/** For every plugin. */
function addGlobals() {
  const started = Date.now();
  const now = Date.now;
  const crypto = { getRandomValues, randomUUID };
  const performance = { now: () => now() - started, timeOrigin: started };
  for (const [name, value] of Object.entries({
    console,
    crypto,
    performance,
    structuredClone,
    ...text,
    ...timers.globals,
  })) {
    define(globalThis, name, value);
  }
}

/**
 * For one call, what was granted.
 * @param {{ fetch?: boolean, env?: Record<string, string> }} call
 */
function addGranted(call) {
  if (call.fetch === true) define(globalThis, 'fetch', fetch);
  const { env } = call;
  if (env === undefined || Object.keys(env).length === 0) return;
  define(globalThis, 'process', freeze({ env: freeze({ __proto__: null, ...env }) }));
}

module.exports = { addGlobals, addGranted };
