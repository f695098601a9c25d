'use strict';

// Starts the runner. Node's own `require` takes a third of a millisecond for each file to find out what it is; these files
// are known, and a process that serves one call has little time to lose.

const { readFileSync } = require('node:fs');
const { compileFunction, constants } = require('node:vm');

const PARAMETERS = ['exports', 'require', 'module'];
const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
/** @type {Record<string, { exports: unknown }>} */
const loaded = {};

/** @param {string} name of a file in this folder, or of a built-in */
function load(name) {
  if (!name.startsWith('./')) return require(name);
  const known = loaded[name];
  if (known !== undefined) return known.exports;
  const module = { exports: {} };
  loaded[name] = module;
  const filename = `${__dirname}/${name.slice(2)}`;
  const run = compileFunction(readFileSync(filename, 'utf8'), PARAMETERS, { filename, importModuleDynamically });
  run(module.exports, load, module);
  return module.exports;
}

load('./runner.cjs');
