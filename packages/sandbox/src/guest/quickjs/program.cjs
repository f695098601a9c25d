'use strict';

// The program that runs inside the machine, as one text. It is the Node guest's own code where that needs nothing of Node,
// and `vm/` where it does: the same loader, the same errors, the same answers.

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const GUEST = join(__dirname, '..');
const SHARED = [
  ...['answer.cjs', 'commonjs-loader.cjs', 'describe-error.cjs', 'entry-functions.cjs', 'module-hooks.cjs'],
  ...['plugin-fetch.cjs', 'plugin-sources.cjs', 'resolve-module.cjs'],
];
const OWN = [
  ...['bytes.cjs', 'channel.cjs', 'console.cjs', 'globals.cjs', 'host.cjs', 'inspect.cjs', 'intrinsics.cjs'],
  ...['language.cjs', 'main.cjs', 'modules.cjs', 'plugin-root.cjs', 'plugin.cjs', 'random.cjs', 'structured-clone.cjs'],
  ...['text-coding.cjs', 'timers.cjs'],
];

/** A script whose value is a function: it gets the host's functions and gives the functions that the host calls. */
function readProgram() {
  const files = [...SHARED.map((name) => join(GUEST, name)), ...OWN.map((name) => join(__dirname, 'vm', name))];
  return `'use strict';
(function (...host) {
const files = { __proto__: null, ${files.map(define).join(',\n')} };
const loaded = { __proto__: null, host };
function load(name) {
  const file = name.slice(name.lastIndexOf('/') + 1);
  if (loaded[file] !== undefined) return loaded[file];
  if (files[file] === undefined) return load('modules.cjs').requireModule(name);
  const module = { exports: {} };
  files[file](module, load);
  loaded[file] = module.exports;
  return module.exports;
}
return load('main.cjs');
})`;
}

/** @param {string} path */
function define(path) {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return `${JSON.stringify(name)}: function (module, require) {${readFileSync(path, 'utf8')}\n}`;
}

module.exports = { readProgram };
