'use strict';

// Stands in for the parts of Node that load modules: `node:vm`, `node:module`, and `require` of an ES module.

const host = require('./host.cjs');
const { SafeError, SafeSyntaxError, indexOf, slice, startsWith, stringify, toText } = require('./intrinsics.cjs');

const PLUGIN_URL = 'file://';
const GATE = 'agentmesh:gate';
const REFUSED = 'agentmesh:refused:';
const GATE_SYMBOL = Symbol.for(GATE);
const SafePromise = Promise;
/** @type {any[]} */
const refusals = [];
/** @type {any} */
let hooks;
let required = 0;
let isHeld = false;
/** @type {(url: string) => boolean} */
let mayLoad = () => true;

/**
 * From now on ES modules are linked and not evaluated, until `until` is settled; undefined ends that for modules to come.
 * @param {Promise<unknown> | undefined} until
 * @param {(url: string) => boolean} [isLinkable] false for what would run when it is loaded
 */
function holdAt(until, isLinkable = () => true) {
  isHeld = until !== undefined;
  mayLoad = isLinkable;
  // The gate's text reads it once, before there is a plugin that could.
  if (isHeld) /** @type {any} */ (globalThis)[GATE_SYMBOL] = until;
  else delete (/** @type {any} */ (globalThis)[GATE_SYMBOL]);
}

/**
 * @param {string} text
 * @param {readonly string[]} parameters
 * @param {{ filename: string }} options
 */
function compileFunction(text, parameters, { filename }) {
  return host.compile(`(function (${parameters}) {${cleaned(text)}\n})`, filename);
}

/** An ES module, for CommonJS, that has no time to wait. @param {string} url */
function requireEsModule(url) {
  required += 1;
  const found = host.evaluate(`export * as module from ${stringify(url)};`, `agentmesh:require:${toText(required)}`);
  if (!(found instanceof SafePromise)) return found.module;
  throw new SafeError(`require() cannot wait for a module with top-level await: ${slice(url, PLUGIN_URL.length)}`);
}

/** @param {string} name */
function requireModule(name) {
  if (name === 'node:vm') return { compileFunction, constants: {} };
  if (name === 'node:module') return { registerHooks };
  return requireEsModule(name);
}

/** @param {unknown} given */
function registerHooks(given) {
  hooks = given;
}

/**
 * The address of what a specifier means. QuickJS cannot be told here that there is none: `load` tells it.
 * @param {string} specifier
 * @param {string} from
 */
function resolve(specifier, from) {
  if (isHeld && specifier === GATE) return GATE;
  try {
    const parentURL = startsWith(from, PLUGIN_URL) ? from : undefined;
    return hooks.resolve(specifier, { parentURL }).url;
  } catch (error) {
    refusals[refusals.length] = error;
    return REFUSED + toText(refusals.length - 1);
  }
}

/** The text of an ES module. @param {string} url */
function load(url) {
  if (startsWith(url, REFUSED)) throw refusals[/** @type {any} */ (slice(url, REFUSED.length))];
  if (isHeld && url === GATE) return `await globalThis[Symbol.for('${GATE}')];`;
  if (!mayLoad(url)) throw new SafeError(`${url} cannot be linked beforehand`);
  const { format, source } = hooks.load(url, {}, nothing);
  if (format === 'json') return `export default JSON.parse(${stringify(source)});`;
  const text = isHeld ? `${cleaned(source)}\nimport '${GATE}';` : cleaned(source);
  return indexOf(text, 'import.meta') < 0 ? text : withMeta(text, url);
}

/** @param {string} url */
function nothing(url) {
  throw new SafeError(`there is no module ${url}`);
}

/**
 * `import.meta` is an object without properties here.
 * @param {string} text
 * @param {string} url
 */
function withMeta(text, url) {
  const path = decodeURIComponent(slice(url, PLUGIN_URL.length));
  const folder = slice(path, 0, path.lastIndexOf('/'));
  const meta = `import.meta.url=${stringify(url)};import.meta.filename=${stringify(path)};`;
  return `${meta}import.meta.dirname=${stringify(folder)};${text}`;
}

/** @param {string} text */
function cleaned(text) {
  if (indexOf(text, '\0') >= 0) throw new SafeSyntaxError('a NUL character in a source text');
  return startsWith(text, '#!') ? `//${text}` : text;
}

module.exports = { holdAt, load, requireModule, resolve };
