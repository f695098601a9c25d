'use strict';

// The guest: one process, one call. It takes what it needs before there is a plugin, says READY, takes PLUGIN and CALL from
// descriptor 3, runs one function and sends one RESULT or ERROR. It may wait between READY and PLUGIN for long: all that can
// be done without a plugin is done by then.

const { apply, defineProperty, dictionary, freeze, parse, stringify } = require('./intrinsics.cjs');
const { Answer } = require('./answer.cjs');
const { Kind, receive, send } = require('./channel.cjs');
const { findFunction, functionNames } = require('./entry-functions.cjs');
const { createConsole, createOutput } = require('./plugin-console.cjs');
const { fetch } = require('./plugin-fetch.cjs');
const { PluginLoader } = require('./plugin-loader.cjs');
const { createProcess } = require('./plugin-process.cjs');
const { lockdown } = require('./lockdown.cjs');
const { selfCheck } = require('./self-check.cjs');

const PROTOCOL = 2;
const ORPHAN_CHECK_MS = 1000;
const FILE_MODULES = ['fs', 'fs/promises'];
const real = process;
const { reallyExit, version } = /** @type {NodeJS.Process & { reallyExit(code: number): never }} */ (real);
const answer = new Answer(awaitEnd);

/** @typedef {{ function: string | null, input: unknown, resultBytes: number, errorUnits: number, fetch: boolean, env: Record<string, string>, reads?: string[], scratch?: string }} Call */

serve();

async function serve() {
  endWithHost();
  const checks = selfCheck();
  const outputs = { stdout: createOutput(1), stderr: createOutput(2) };
  const facade = createProcess(outputs);
  const loader = await PluginLoader.create();
  lockdown({ process: facade, console: createConsole(outputs) });
  real.on('uncaughtException', (thrown) => answer.thrown(thrown));
  send(Kind.READY, stringify({ protocol: PROTOCOL, engine: 'node', version, checks }));
  const plugin = receive(Kind.PLUGIN);
  const call = plugin === undefined ? undefined : receive(Kind.CALL);
  if (plugin === undefined || call === undefined) leave();
  else await run(loader, parse(plugin), grant(parse(call), facade));
}

/**
 * @param {InstanceType<typeof PluginLoader>} loader
 * @param {{ entry: string, files: any[], builtins: string[] }} plugin
 * @param {Call} call
 */
async function run(loader, plugin, call) {
  try {
    answer.limit(call);
    if (call.reads !== undefined || call.scratch !== undefined) plugin.builtins.push(...FILE_MODULES);
    const { exports } = await loader.load(plugin);
    if (call.function === null) return answer.result(null);
    const target = findFunction(exports, call.function);
    if (target === undefined) return answer.noFunction(functionNames(exports));
    answer.result(await target(call.input));
  } catch (thrown) {
    answer.thrown(thrown);
  }
}

/**
 * Gives the plugin what it was granted. Files are opened by Node's own permission model, which knew them at the start.
 * @param {Call} call
 * @param {Record<string | symbol, unknown>} facade
 */
function grant(call, facade) {
  facade.env = freeze(Object.assign(dictionary(), call.env));
  if (call.fetch) defineProperty(globalThis, 'fetch', { value: fetch, configurable: true, writable: true });
  return call;
}

/** The host ends a guest that has answered, sooner than Node would. Until then nothing of the plugin runs. */
function awaitEnd() {
  while (receive(Kind.PLUGIN) !== undefined);
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
