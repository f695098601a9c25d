'use strict';

// ES modules go through Node's loader, behind hooks that answer every question about a plugin's imports themselves.

const { registerHooks } = require('node:module');
const { defineProperty, dictionary, hasOwn, keys, stringify, toText } = require('./intrinsics.cjs');

const BRIDGE = 'agentmesh.commonjs';

/** Resolves before there is a plugin, to a module of this file; to a plugin it is a name like any other. */
const WARM_UP = 'agentmesh:warm-up';

/** @typedef {InstanceType<typeof import('./resolve-module.cjs')['ModuleResolver']>} ModuleResolver */
/** @typedef {InstanceType<typeof import('./plugin-sources.cjs')['PluginSources']>} PluginSources */
/** @typedef {InstanceType<typeof import('./commonjs-loader.cjs')['CommonJsLoader']>} CommonJsLoader */
/** @typedef {{ resolver: ModuleResolver | undefined, sources: PluginSources | undefined, commonJs: CommonJsLoader | undefined }} Parts */

/** @param {Parts} parts filled in once there is a plugin */
function installModuleHooks(parts) {
  installBridge((path) => parts.commonJs?.loadCommonJs(path));
  registerHooks({
    resolve(specifier, context) {
      const answer = dictionary();
      answer.shortCircuit = true;
      answer.url = parts.resolver === undefined ? WARM_UP : resolveUrl(parts.resolver, specifier, context.parentURL);
      return answer;
    },
    load(url, context, next) {
      const path = parts.resolver?.pathOf(url);
      if (path === undefined && url !== WARM_UP) return next(url, context);
      const answer = dictionary();
      answer.shortCircuit = true;
      answer.format = 'module';
      answer.source = 'export const run = () => null;';
      if (path !== undefined) fill(answer, path, parts);
      return answer;
    },
  });
}

/**
 * @param {any} answer
 * @param {string} path
 * @param {Parts} parts
 */
function fill(answer, path, { sources, commonJs }) {
  const format = sources?.formatOf(path);
  answer.format = format === 'commonjs' ? 'module' : format;
  answer.source = format === 'commonjs' ? bridgeSource(path, commonJs?.loadCommonJs(path)) : sources?.textOf(path);
}

/**
 * @param {ModuleResolver} resolver
 * @param {string} specifier
 * @param {string | undefined} parentUrl
 */
function resolveUrl(resolver, specifier, parentUrl) {
  const from = parentUrl === undefined ? undefined : resolver.pathOf(parentUrl);
  const found = resolver.resolve(specifier, from ?? 'plugin', 'import');
  return found.builtin === undefined ? resolver.urlOf(/** @type {string} */ (found.path)) : `node:${found.builtin}`;
}

/** @param {(path: string) => unknown} load */
function installBridge(load) {
  const descriptor = dictionary();
  descriptor.value = load;
  defineProperty(globalThis, Symbol.for(BRIDGE), descriptor);
}

/**
 * An ES module that exports what a CommonJS module of the plugin exports, by name as well. The CommonJS module has run by
 * then, so its names are known and need not be guessed from its text.
 * @param {string} path
 * @param {any} exports
 */
function bridgeSource(path, exports) {
  let source = `const m = globalThis[Symbol.for('${BRIDGE}')](${stringify(path)});\nexport default m;\n`;
  if (exports === null || (typeof exports !== 'object' && typeof exports !== 'function')) return source;
  const names = keys(exports);
  for (let index = 0; index < names.length; index += 1) {
    const name = /** @type {string} */ (names[index]);
    if (name === 'default' || !hasOwn(exports, name)) continue;
    const quoted = stringify(name);
    source += `const e${toText(index)} = m[${quoted}];\nexport { e${toText(index)} as ${quoted} };\n`;
  }
  return source;
}

module.exports = { WARM_UP, installModuleHooks };
