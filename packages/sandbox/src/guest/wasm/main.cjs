'use strict';

// The guest for WebAssembly: a locked process that compiles one module and serves each call from a fresh instance of it.

const { Kind, receive, send, sendJson } = require('../frame-channel.cjs');
const { endFull, endNow } = require('../end-process.cjs');
const { selfCheck } = require('../self-check.cjs');
const { InvalidOutput } = require('./abi-error.cjs');
const { compileModule, functionNames } = require('./check-module.cjs');
const { describeTrap } = require('./describe-trap.cjs');
const { PluginCall } = require('./plugin-call.cjs');
const { runWatched } = require('./watched.cjs');

const PROTOCOL = 2;
const NEARLY_FULL = 0.75;
/** Memory of instances that are over, after which garbage is collected: V8 by itself would let it lie for long. */
const MOST_GARBAGE = 32 * 1024 * 1024;
const memoryBytes = Number(process.argv[2]);
const longestMs = Number(process.argv[3]);
let garbage = 0;

/** @typedef {{ function: string | null, input: unknown, resultBytes: number, errorUnits: number, fetch: boolean, env?: Record<string, string> }} Call */

serve();

function serve() {
  sendJson(Kind.READY, { protocol: PROTOCOL, engine: 'wasm', checks: selfCheck() });
  const frame = receive([Kind.PLUGIN]);
  if (frame === undefined) return endNow();
  const { entry, files } = JSON.parse(frame.body.toString('utf8'));
  const bytes = Buffer.from(
    files.find((/** @type {{ path: string }} */ file) => file.path === entry)?.base64 ?? '',
    'base64',
  );
  /** @type {WebAssembly.Module | undefined} */
  let module;
  for (let next = receive([Kind.CALL]); next !== undefined; next = receive([Kind.CALL])) {
    /** @type {Call} */
    const call = JSON.parse(next.body.toString('utf8'));
    runWatched(longestMs, () => {
      try {
        // In the call: what is wrong with a module is the plugin's own fault.
        module ??= compileModule(bytes, memoryBytes);
        answer(module, call, entry);
      } catch (error) {
        sendJson(Kind.ERROR, describeTrap(error, entry, call.errorUnits));
      }
    });
    collectGarbage();
    sendJson(Kind.IDLE, {});
  }
  endNow();
}

/**
 * @param {WebAssembly.Module} module
 * @param {Call} call
 * @param {string} entry
 */
function answer(module, call, entry) {
  const run = new PluginCall(module, call);
  try {
    if (run.isThere) answerWith(run.run(), call.resultBytes);
    else refuse('no-function', functionNames(module).slice(0, call.errorUnits));
  } catch (error) {
    if (error instanceof InvalidOutput) return refuse('invalid-output', error.message);
    if (run.memoryBytes >= memoryBytes * NEARLY_FULL) endFull();
    sendJson(Kind.ERROR, describeTrap(error, entry, call.errorUnits));
  } finally {
    garbage += run.memoryBytes;
  }
}

/**
 * @param {unknown} value
 * @param {number} resultBytes
 */
function answerWith(value, resultBytes) {
  const json = Buffer.from(stringify(unwrap(value)));
  if (json.length > resultBytes) throw new InvalidOutput(`it is larger than ${resultBytes} bytes`);
  send(Kind.RESULT, json);
}

/** @param {unknown} value */
function stringify(value) {
  try {
    return JSON.stringify(value);
  } catch {
    throw new InvalidOutput('it is nested too deep');
  }
}

/** An object with the single key `result` is the envelope itself. @param {any} value */
function unwrap(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const names = Object.keys(value);
  return names.length === 1 && names[0] === 'result' ? value.result : value;
}

/**
 * @param {'invalid-output' | 'no-function'} kind
 * @param {string} message
 */
function refuse(kind, message) {
  sendJson(Kind.ERROR, { kind, message });
}

function collectGarbage() {
  if (garbage < MOST_GARBAGE) return;
  garbage = 0;
  globalThis.gc?.();
}
