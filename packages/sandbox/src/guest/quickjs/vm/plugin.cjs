'use strict';

// Loads the plugin. As much as can be done without running any of it is done before the first call and is there in each of
// them: texts are compiled and ES modules linked. Their evaluation waits at a gate, a module of ours that each of them imports
// and that has a top-level await.

const { CommonJsLoader } = require('../../commonjs-loader.cjs');
const { installModuleHooks } = require('../../module-hooks.cjs');
const { PluginSources } = require('../../plugin-sources.cjs');
const { ModuleResolver } = require('../../resolve-module.cjs');
const { dictionary } = require('./intrinsics.cjs');
const modules = require('./modules.cjs');

/** Of CommonJS, compiled beforehand whether a call needs it or not: units of text. */
const MOST_COMPILED = 1024 * 1024;

/** @type {import('../../module-hooks.cjs').Parts} */
const parts = { resolver: undefined, sources: undefined, commonJs: undefined };
const gate = Promise.withResolvers();
let entry = '';
/** The entry's exports once the gate is open, where they were linked beforehand. @type {Promise<any> | undefined} */
let linked;
let hasFailed = false;

/** @param {{ entry: string, files: { path: string, text: string, format: any }[], builtins: string[] }} plugin */
function take(plugin) {
  const resolver = new ModuleResolver(plugin.files, plugin.builtins);
  const sources = new PluginSources(plugin.files, (path) => resolver.urlOf(path));
  installModuleHooks(parts);
  parts.resolver = resolver;
  parts.sources = sources;
  parts.commonJs = new CommonJsLoader(resolver, sources);
  entry = plugin.entry;
}

/**
 * Compiles and links what there is.
 * @param {{ files: { path: string, text: string }[] }} plugin
 */
function prepare({ files }) {
  let left = MOST_COMPILED;
  for (const file of [...files.filter(({ path }) => path === entry), ...files]) {
    left -= file.text.length;
    if (left > 0) compile(file.path);
  }
  if (formatOf(entry) !== 'module') return;
  // A CommonJS module that an ES module imports runs when that is linked: then there is no linking beforehand.
  modules.holdAt(gate.promise, (url) => formatOf(parts.resolver?.pathOf(url) ?? '') !== 'commonjs');
  linked = import(/** @type {any} */ (parts.resolver?.urlOf(entry)));
  linked.catch(() => {
    hasFailed = true;
  });
}

/** @returns {boolean} whether what `prepare` began can be gone on with */
function isPrepared() {
  modules.holdAt(undefined);
  return !hasFailed;
}

/** In an object of its own: a module that exports `then` is no promise. @returns {Promise<{ exports: any }>} */
async function load() {
  const box = dictionary();
  if (linked !== undefined) {
    gate.resolve(undefined);
    box.exports = await linked;
  } else if (parts.sources?.formatOf(entry) === 'module') {
    box.exports = await import(/** @type {any} */ (parts.resolver?.urlOf(entry)));
  } else box.exports = parts.commonJs?.load(entry);
  return box;
}

/** A text that cannot be compiled says so when it is asked for. @param {string} path */
function compile(path) {
  if (formatOf(path) !== 'commonjs') return;
  try {
    parts.sources?.compile(path);
  } catch {}
}

/** @param {string} path */
function formatOf(path) {
  try {
    return parts.sources?.formatOf(path);
  } catch {
    return 'refused';
  }
}

module.exports = { isPrepared, load, prepare, take };
