'use strict';

// The `process` that a plugin sees: a plain object with the harmless part. The real one stays out of its reach.

const { SafeError, dictionary } = require('./intrinsics.cjs');

const FORBIDDEN = ['abort', 'binding', 'chdir', 'dlopen', 'exit', 'getBuiltinModule', 'kill', 'reallyExit', 'umask'];
const LISTENER_METHODS = [
  ...['addListener', 'off', 'on', 'once', 'prependListener', 'prependOnceListener'],
  ...['removeAllListeners', 'removeListener', 'setMaxListeners'],
];

/**
 * @param {{ stdout: object, stderr: { write(text: string): unknown } }} outputs
 * @returns {Record<string | symbol, unknown>} its `env` is empty, until a call brings what was granted
 */
function createProcess({ stdout, stderr }) {
  const real = process;
  const workingFolder = real.cwd();
  /** @type {Record<string | symbol, unknown>} */
  const facade = {
    ...facts(real),
    cwd: () => workingFolder,
    cpuUsage: real.cpuUsage,
    emit: () => false,
    emitWarning: (/** @type {unknown} */ warning) => void stderr.write(`Warning: ${warning}\n`),
    hrtime: real.hrtime,
    listenerCount: () => 0,
    listeners: () => [],
    memoryUsage: real.memoryUsage,
    nextTick: real.nextTick,
    stderr,
    stdout,
    uptime: real.uptime,
    [Symbol.toStringTag]: 'process',
  };
  for (const name of LISTENER_METHODS) facade[name] = () => facade;
  for (const name of FORBIDDEN) facade[name] = refuse(name);
  return facade;
}

/** @param {NodeJS.Process} real */
function facts(real) {
  return {
    arch: real.arch,
    argv: ['node', 'plugin'],
    argv0: 'node',
    browser: false,
    config: {},
    env: Object.freeze(dictionary()),
    execArgv: [],
    execPath: 'node',
    exitCode: undefined,
    features: { inspector: false, typescript: false },
    pid: 1,
    platform: real.platform,
    ppid: 0,
    release: { name: 'node' },
    title: 'node',
    version: real.version,
    versions: { ...real.versions },
  };
}

/** @param {string} name */
function refuse(name) {
  return () => {
    throw new SafeError(`process.${name} is not available in the sandbox`);
  };
}

module.exports = { createProcess };
