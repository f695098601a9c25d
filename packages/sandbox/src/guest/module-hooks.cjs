'use strict';

// ES modules go through Node's loader, behind hooks that answer every question about a plugin's imports themselves.

const { registerHooks } = require('node:module');
const { defineProperty, dictionary, hasOwn, keys, stringify, toText } = require('./intrinsics.cjs');

const BRIDGE = 'agentmesh.commonjs';

/** @typedef {InstanceType<typeof import('./resolve-module.cjs')['ModuleResolver']>} ModuleResolver */
/** @typedef {InstanceType<typeof import('./plugin-sources.cjs')['PluginSources']>} PluginSources */

/**
 * @param {object} parts
 * @param {ModuleResolver} parts.resolver
 * @param {PluginSources} parts.sources
 * @param {(path: string) => unknown} parts.loadCommonJs
 */
function installModuleHooks({ resolver, sources, loadCommonJs }) {
  installBridge(loadCommonJs);
  registerHooks({
    resolve(specifier, context) {
      const answer = dictionary();
      answer.shortCircuit = true;
      answer.url = resolveUrl(resolver, specifier, context.parentURL);
      return answer;
    },
    load(url, context, next) {
      const path = resolver.pathOf(url);
      if (path === undefined) return next(url, context);
      const format = sources.formatOf(path);
      const answer = dictionary();
      answer.shortCircuit = true;
      answer.format = format === 'commonjs' ? 'module' : format;
      answer.source = format === 'commonjs' ? bridgeSource(path, loadCommonJs(path)) : sources.textOf(path);
      return answer;
    },
  });
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

module.exports = { installModuleHooks };
