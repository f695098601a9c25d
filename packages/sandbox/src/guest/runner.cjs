'use strict';

// The guest: one process, one call. It takes what it needs before the plugin loads, says READY, takes one CALL from
// descriptor 3, runs one function of the plugin and sends one RESULT or ERROR.

const { apply, byteLength, dictionary, hasOwn, isArray, keys, parse, slice, stringify } = require('./intrinsics.cjs');
const { Kind, receiveCall, send } = require('./channel.cjs');
const { CommonJsLoader } = require('./commonjs-loader.cjs');
const { createConsole, createOutput } = require('./plugin-console.cjs');
const { createProcess } = require('./plugin-process.cjs');
const { describeError, messageOf } = require('./describe-error.cjs');
const { lockdown } = require('./lockdown.cjs');
const { installModuleHooks } = require('./module-hooks.cjs');
const { PluginSources } = require('./plugin-sources.cjs');
const { ModuleResolver } = require('./resolve-module.cjs');
const { selfCheck } = require('./self-check.cjs');

const PROTOCOL = 1;
const ORPHAN_CHECK_MS = 1000;
const real = process;
const { reallyExit, version } = /** @type {NodeJS.Process & { reallyExit(code: number): never }} */ (real);
let answered = false;
let maxMessage = 4096;

/** @typedef {{ entry: string, function: string, input: unknown, builtins: string[], files: any[], resultBytes: number, errorUnits: number }} Call */

endWithHost();
const checks = selfCheck();
const outputs = { stdout: createOutput(1), stderr: createOutput(2) };
lockdown({ process: createProcess(outputs), console: createConsole(outputs) });
send(Kind.READY, stringify({ protocol: PROTOCOL, node: version, checks }));
real.on('uncaughtException', fail);
const text = receiveCall();
if (text === undefined) leave();
else run(parse(text));

/** @param {Call} call */
async function run(call) {
  try {
    maxMessage = call.errorUnits;
    const { exports } = await loadEntry(call);
    const target = targetOf(exports, call.function);
    if (typeof target !== 'function') return answer(Kind.ERROR, describeMissing(exports));
    answerWith(await target(call.input), call.resultBytes);
  } catch (thrown) {
    fail(thrown);
  }
}

/** In an object of its own: a module that exports `then` is no promise. @param {Call} call */
async function loadEntry({ entry, files, builtins }) {
  const resolver = new ModuleResolver(files, builtins);
  const sources = new PluginSources(files, (path) => resolver.urlOf(path));
  const commonJs = new CommonJsLoader(resolver, sources);
  installModuleHooks({ resolver, sources, loadCommonJs: (path) => commonJs.loadCommonJs(path) });
  const box = dictionary();
  box.exports = sources.formatOf(entry) === 'module' ? await import(resolver.urlOf(entry)) : commonJs.load(entry);
  return box;
}

/**
 * @param {any} exports
 * @param {string} name
 */
function targetOf(exports, name) {
  if (exports === null || (typeof exports !== 'object' && typeof exports !== 'function')) return undefined;
  if (hasOwn(exports, name)) return exports[name];
  return name === 'default' && typeof exports === 'function' ? exports : undefined;
}

/** @param {any} exports */
function describeMissing(exports) {
  const description = dictionary();
  description.kind = 'no-function';
  let names = typeof exports === 'function' ? 'default' : '';
  const own = typeof exports === 'object' && exports !== null ? keys(exports) : [];
  for (let index = 0; index < own.length; index += 1) {
    const name = /** @type {string} */ (own[index]);
    if (typeof exports[name] === 'function') names += names === '' ? name : `, ${name}`;
  }
  description.message = slice(names, 0, maxMessage);
  return stringify(description);
}

/**
 * @param {unknown} value
 * @param {number} maxBytes
 */
function answerWith(value, maxBytes) {
  const plain = unwrap(value);
  if (typeof plain === 'function' || typeof plain === 'symbol') return refuse(`a ${typeof plain} is no JSON value`);
  let json;
  try {
    json = stringify(plain) ?? 'null';
  } catch (error) {
    return refuse(messageOf(error));
  }
  if (byteLength(json) > maxBytes) return refuse(`it is larger than ${maxBytes} bytes`);
  answer(Kind.RESULT, json);
}

/** An object with the single key `result` is the envelope itself. @param {any} value */
function unwrap(value) {
  if (typeof value !== 'object' || value === null || isArray(value)) return value;
  const names = keys(value);
  return names.length === 1 && names[0] === 'result' ? value.result : value;
}

/** @param {string} message */
function refuse(message) {
  const description = dictionary();
  description.kind = 'invalid-output';
  description.message = slice(message, 0, maxMessage);
  answer(Kind.ERROR, stringify(description));
}

/** @param {unknown} thrown */
function fail(thrown) {
  answer(Kind.ERROR, describeError(thrown, maxMessage));
}

/**
 * @param {number} kind
 * @param {string} json
 */
function answer(kind, json) {
  if (answered) return;
  answered = true;
  send(kind, json);
  leave();
}

function leave() {
  apply(reallyExit, real, [0]);
}

/** A host that was killed cannot end its guests; a guest whose parent has changed ends itself. */
function endWithHost() {
  const parent = real.ppid;
  const check = () => {
    if (real.ppid !== parent) leave();
  };
  setInterval(check, ORPHAN_CHECK_MS).unref();
}
