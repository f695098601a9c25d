'use strict';

// Loads a plugin from the texts that the host sent. Made, and tried with a plugin of its own, before there is one: Node sets up
// much of its loader at the first import, V8 compiles a function when it is first called, and a call should wait for neither.

const { dictionary } = require('./intrinsics.cjs');
const { CommonJsLoader } = require('./commonjs-loader.cjs');
const { WARM_UP, installModuleHooks } = require('./module-hooks.cjs');
const { PluginSources } = require('./plugin-sources.cjs');
const { ModuleResolver } = require('./resolve-module.cjs');

/** @typedef {{ entry: string, files: any[], builtins: string[] }} Plugin */

const TRIAL = {
  entry: 'a.cjs',
  builtins: [],
  files: [{ path: 'a.cjs', format: 'commonjs', text: 'exports.run = () => 1;' }],
};

class PluginLoader {
  /** @type {import('./module-hooks.cjs').Parts} */
  #parts = { resolver: undefined, sources: undefined, commonJs: undefined };

  /** A loader that has loaded something once. */
  static async create() {
    const loader = new PluginLoader();
    installModuleHooks(loader.#parts);
    await import(WARM_UP);
    await loader.load(TRIAL);
    return loader;
  }

  /**
   * Loads the entry. In an object of its own: a module that exports `then` is no promise.
   * @param {Plugin} plugin
   * @returns {Promise<{ exports: any }>}
   */
  async load({ entry, files, builtins }) {
    const resolver = new ModuleResolver(files, builtins);
    const sources = new PluginSources(files, (path) => resolver.urlOf(path));
    const commonJs = new CommonJsLoader(resolver, sources);
    this.#parts.resolver = resolver;
    this.#parts.sources = sources;
    this.#parts.commonJs = commonJs;
    const box = dictionary();
    box.exports = sources.formatOf(entry) === 'module' ? await import(resolver.urlOf(entry)) : commonJs.load(entry);
    return box;
  }
}

module.exports = { PluginLoader };
