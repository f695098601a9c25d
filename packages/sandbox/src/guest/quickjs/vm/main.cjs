'use strict';

// The program inside the machine: it takes the plugin's texts before a call, and in a call it loads the plugin, runs one
// function and answers.

const { Answer } = require('../../answer.cjs');
const { Kind } = require('./channel.cjs');
const { messageOf } = require('../../describe-error.cjs');
const { findFunction, functionNames } = require('../../entry-functions.cjs');
const { addGlobals, addGranted } = require('./globals.cjs');
const host = require('./host.cjs');
const { dictionary, parse, slice, stringify } = require('./intrinsics.cjs');
const { addMissing, denyCodeGeneration } = require('./language.cjs');
const { load, resolve } = require('./modules.cjs');
const plugin = require('./plugin.cjs');
const timers = require('./timers.cjs');

const NO_SUCH_MODULE = 'ERR_SANDBOX_MODULE';
const answer = new Answer(host.done);
/** @type {any} the body of PLUGIN */
let given;

/** @typedef {{ function: string | null, input: unknown, resultBytes: number, errorUnits: number, memoryBytes: number, fetch: boolean, env?: Record<string, string> }} Call */

addMissing();
addGlobals();
denyCodeGeneration();

/**
 * @param {string} json the body of PLUGIN
 * @returns {number} 1
 */
function takePlugin(json) {
  given = parse(json);
  plugin.take(given);
  return 1;
}

/** Compiles and links the plugin. @returns {number} 1 */
function prepare() {
  plugin.prepare(given);
  return 1;
}

/** 1 when what preparing began can be gone on with. */
function isPrepared() {
  return plugin.isPrepared() ? 1 : 0;
}

/** @param {string} json the body of CALL */
async function call(json) {
  /** @type {Call} */
  const request = parse(json);
  host.begin(request.memoryBytes, request.fetch === true);
  answer.limit(request);
  addGranted(request);
  try {
    const exports = await loadPlugin(request);
    if (exports === undefined) return;
    if (request.function === null) return answer.result(null);
    const target = findFunction(exports.exports, request.function);
    if (target === undefined) return answer.noFunction(functionNames(exports.exports));
    answer.result(await target(request.input));
  } catch (thrown) {
    answer.thrown(thrown);
  }
}

/** Undefined when it is answered already: asked for loading alone, this machine says what it cannot offer. @param {Call} request */
async function loadPlugin(request) {
  try {
    return await plugin.load();
  } catch (thrown) {
    if (request.function !== null || /** @type {any} */ (thrown)?.code !== NO_SUCH_MODULE) throw thrown;
    const description = dictionary();
    description.kind = 'unsupported';
    description.message = slice(messageOf(thrown), 0, request.errorUnits);
    host.send(Kind.ERROR, stringify(description));
    host.done();
    return undefined;
  }
}

/** Runs one timer that is due; its errors are the plugin's. */
function tick() {
  try {
    return timers.tick();
  } catch (thrown) {
    answer.thrown(thrown);
    return 0;
  }
}

module.exports = { call, isPrepared, load, prepare, resolve, takePlugin, tick };
