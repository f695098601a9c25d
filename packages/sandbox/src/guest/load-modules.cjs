'use strict';

// Loads a plugin's modules from memory. CommonJS runs in a small loader of its own, so that Node's Module class, whose
// `_load` and `_extensions` reach every built-in, is nowhere in a plugin's reach. ES modules go through Node's loader
// behind hooks that answer every question themselves.

const { compileFunction, constants } = require('node:vm');
const { registerHooks } = require('node:module');
const {
  apply,
  defineProperty,
  dictionary,
  getBuiltinModule,
  hasOwn,
  keys,
  lastIndexOf,
  parse,
  slice,
  SafeSyntaxError,
  SafeTypeError,
  stringify,
  toText,
} = require('./intrinsics.cjs');
const { createModuleResolver } = require('./resolve-module.cjs');
const { ROOT_PATH } = require('./plugin-root.cjs');

const BRIDGE = 'agentmesh.commonjs';
const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

/** @typedef {{ path: string, text: string, format: 'module' | 'commonjs' | 'json' | 'detect' | 'refused' }} File */
/** @typedef {{ exports: any, id: string, filename: string, path: string, loaded: boolean, require?: unknown }} Loaded */

/**
 * @param {readonly File[]} files
 * @param {readonly string[]} builtins
 * @returns {{ load(path: string): any }} `load` gives a module's exports, or a promise of an ES module's namespace
 */
function createModuleLoader(files, builtins) {
  const { resolve, urlOf, pathOf } = createModuleResolver(files, builtins);
  /** @type {Record<string, File>} */
  const sources = dictionary();
  for (const file of files) sources[file.path] = file;
  /** @type {Record<string, Loaded>} */
  const loaded = dictionary();
  /** @type {Record<string, Function>} */
  const compiled = dictionary();
  /** @type {Loaded | undefined} */
  let main;

  /** @type {(path: string) => File} */
  const sourceOf = (path) => /** @type {File} */ (sources[path]);

  /** @param {string} path */
  function formatOf(path) {
    const file = sourceOf(path);
    if (file.format === 'refused') throw new SafeSyntaxError(file.text);
    if (file.format === 'detect') file.format = compiles(path) ? 'commonjs' : 'module';
    return file.format;
  }

  /** Node's rule for a .js without a declared type: CommonJS, unless it cannot be read as that. @param {string} path */
  function compiles(path) {
    try {
      compile(path);
      return true;
    } catch (error) {
      if (error instanceof SafeSyntaxError) return false;
      throw error;
    }
  }

  /** @param {string} path */
  function compile(path) {
    const known = compiled[path];
    if (known !== undefined) return known;
    const options = dictionary();
    options.filename = urlOf(path);
    options.importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    const wrapper = compileFunction(sourceOf(path).text, PARAMETERS, options);
    compiled[path] = wrapper;
    return wrapper;
  }

  /** @param {string} path */
  function loadCommonJs(path) {
    const known = loaded[path];
    if (known !== undefined) return known.exports;
    const wrapper = compile(path);
    const filename = absolute(path);
    const folder = slice(filename, 0, lastSeparator(filename));
    const require_ = createRequire(path);
    /** @type {Loaded} */
    const module = { exports: {}, id: filename, filename, path: folder, loaded: false, require: require_ };
    main ??= module;
    defineProperty(require_, 'main', { value: main, enumerable: true, __proto__: null });
    loaded[path] = module;
    try {
      apply(wrapper, module.exports, [module.exports, require_, module, filename, folder]);
    } catch (error) {
      delete loaded[path];
      throw error;
    }
    module.loaded = true;
    return module.exports;
  }

  /** @param {string} from */
  function createRequire(from) {
    /** @param {unknown} specifier */
    function require_(specifier) {
      const found = resolve(text(specifier), from, 'require');
      if (found.builtin !== undefined) return getBuiltinModule(`node:${found.builtin}`);
      return loadRequired(/** @type {string} */ (found.path));
    }
    require_.cache = dictionary();
    require_.resolve = (/** @type {unknown} */ specifier) => {
      const found = resolve(text(specifier), from, 'require');
      return found.builtin ?? absolute(/** @type {string} */ (found.path));
    };
    return require_;
  }

  /** @param {string} path */
  function loadRequired(path) {
    const format = formatOf(path);
    if (format === 'json') return loadJson(path);
    return format === 'module' ? require(urlOf(path)) : loadCommonJs(path);
  }

  /** @param {string} path */
  function loadJson(path) {
    const known = loaded[path];
    if (known !== undefined) return known.exports;
    const exports = parse(sourceOf(path).text);
    loaded[path] = { exports, id: path, filename: path, path, loaded: true };
    return exports;
  }

  installBridge((path) => loadCommonJs(path));
  registerHooks({
    resolve(specifier, context) {
      const answer = dictionary();
      answer.shortCircuit = true;
      const from = context.parentURL === undefined ? undefined : pathOf(context.parentURL);
      const known = pathOf(specifier);
      if (from === undefined && known !== undefined) {
        // The runner's own request for a module of the plugin, by its full URL.
        answer.url = specifier;
        return answer;
      }
      const found = resolve(specifier, from ?? 'plugin', 'import');
      answer.url = found.builtin === undefined ? urlOf(/** @type {string} */ (found.path)) : `node:${found.builtin}`;
      return answer;
    },
    load(url, context, next) {
      const path = pathOf(url);
      if (path === undefined) return next(url, context);
      const format = formatOf(path);
      const answer = dictionary();
      answer.shortCircuit = true;
      answer.format = format === 'commonjs' ? 'module' : format;
      answer.source = format === 'commonjs' ? bridgeSource(path, loadCommonJs(path)) : sourceOf(path).text;
      return answer;
    },
  });

  return {
    load: (path) => (formatOf(path) === 'module' ? import(urlOf(path)) : loadRequired(path)),
  };
}

/** @param {(path: string) => unknown} load */
function installBridge(load) {
  defineProperty(globalThis, Symbol.for(BRIDGE), { value: load, __proto__: null });
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

/** @param {string} path */
function absolute(path) {
  return `${ROOT_PATH}/${path}`;
}

/** @param {string} path */
function lastSeparator(path) {
  return lastIndexOf(path, '/');
}

/** @param {unknown} specifier */
function text(specifier) {
  if (typeof specifier === 'string') return specifier;
  throw new SafeTypeError('require expects the name of a module as text');
}

module.exports = { createModuleLoader };
