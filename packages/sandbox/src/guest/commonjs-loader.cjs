'use strict';

// A small CommonJS loader of our own: Node's Module class, whose `_load` and `_extensions` reach every built-in, is
// nowhere in a plugin's reach.

const { SafeTypeError, apply, defineProperty, dictionary, getBuiltinModule, lastIndexOf, parse, slice } =
  require('./intrinsics.cjs');
const { ROOT_PATH } = require('./plugin-root.cjs');

/** @typedef {InstanceType<typeof import('./resolve-module.cjs')['ModuleResolver']>} ModuleResolver */
/** @typedef {InstanceType<typeof import('./plugin-sources.cjs')['PluginSources']>} PluginSources */
/** @typedef {{ exports: any, id: string, filename: string, path: string, loaded: boolean, require?: unknown }} Loaded */

class CommonJsLoader {
  /** @type {Record<string, Loaded>} */
  #loaded = dictionary();
  /** @type {Loaded | undefined} */
  #main;
  #resolver;
  #sources;

  /**
   * @param {ModuleResolver} resolver
   * @param {PluginSources} sources
   */
  constructor(resolver, sources) {
    this.#resolver = resolver;
    this.#sources = sources;
  }

  /** The exports of a file of the plugin, whatever its format; Node's own loader brings an ES module. @param {string} path */
  load(path) {
    const format = this.#sources.formatOf(path);
    if (format === 'json') return this.#loadJson(path);
    return format === 'module' ? require(this.#resolver.urlOf(path)) : this.loadCommonJs(path);
  }

  /** @param {string} path */
  loadCommonJs(path) {
    const known = this.#loaded[path];
    if (known !== undefined) return known.exports;
    const wrapper = this.#sources.compile(path);
    const filename = absolute(path);
    const folder = slice(filename, 0, lastIndexOf(filename, '/'));
    const require_ = this.#createRequire(path);
    /** @type {Loaded} */
    const module = { exports: {}, id: filename, filename, path: folder, loaded: false, require: require_ };
    this.#main ??= module;
    defineProperty(require_, 'main', readable(this.#main));
    this.#loaded[path] = module;
    try {
      apply(wrapper, module.exports, [module.exports, require_, module, filename, folder]);
    } catch (error) {
      delete this.#loaded[path];
      throw error;
    }
    module.loaded = true;
    return module.exports;
  }

  /** @param {string} path */
  #loadJson(path) {
    const known = this.#loaded[path];
    if (known !== undefined) return known.exports;
    const exports = parse(this.#sources.textOf(path));
    this.#loaded[path] = { exports, id: path, filename: path, path, loaded: true };
    return exports;
  }

  /** @param {string} from */
  #createRequire(from) {
    /** @param {unknown} specifier */
    const require_ = (specifier) => {
      const found = this.#resolver.resolve(textOf(specifier), from, 'require');
      if (found.builtin !== undefined) return getBuiltinModule(`node:${found.builtin}`);
      return this.load(/** @type {string} */ (found.path));
    };
    require_.cache = dictionary();
    /** @param {unknown} specifier */
    require_.resolve = (specifier) => {
      const found = this.#resolver.resolve(textOf(specifier), from, 'require');
      return found.builtin ?? absolute(/** @type {string} */ (found.path));
    };
    return require_;
  }
}

/** @param {unknown} value */
function readable(value) {
  const descriptor = dictionary();
  descriptor.value = value;
  descriptor.enumerable = true;
  return descriptor;
}

/** @param {string} path */
function absolute(path) {
  return `${ROOT_PATH}/${path}`;
}

/** @param {unknown} specifier */
function textOf(specifier) {
  if (typeof specifier === 'string') return specifier;
  throw new SafeTypeError('require expects the name of a module as text');
}

module.exports = { CommonJsLoader };
