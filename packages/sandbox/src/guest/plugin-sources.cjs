'use strict';

// A plugin's source texts as the host sent them, and what each of them is.

const { compileFunction, constants } = require('node:vm');
const { SafeSyntaxError, dictionary } = require('./intrinsics.cjs');

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

/** @typedef {'module' | 'commonjs' | 'json'} Format */
/** @typedef {{ path: string, text: string, format: Format | 'detect' | 'refused' }} File */

class PluginSources {
  /** @type {Record<string, File>} */
  #files = dictionary();
  /** @type {Record<string, Function>} */
  #compiled = dictionary();
  /** @type {(path: string) => string} */
  #urlOf;

  /**
   * @param {readonly File[]} files
   * @param {(path: string) => string} urlOf
   */
  constructor(files, urlOf) {
    this.#urlOf = urlOf;
    for (const file of files) this.#files[file.path] = file;
  }

  /** @param {string} path */
  textOf(path) {
    return this.#get(path).text;
  }

  /**
   * @param {string} path
   * @returns {Format}
   */
  formatOf(path) {
    const file = this.#get(path);
    if (file.format === 'refused') throw new SafeSyntaxError(file.text);
    if (file.format === 'detect') file.format = this.#compiles(path) ? 'commonjs' : 'module';
    return file.format;
  }

  /** The function that a CommonJS module's text is the body of. @param {string} path */
  compile(path) {
    const known = this.#compiled[path];
    if (known !== undefined) return known;
    const options = dictionary();
    options.filename = this.#urlOf(path);
    options.importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    const wrapper = compileFunction(this.textOf(path), PARAMETERS, options);
    this.#compiled[path] = wrapper;
    return wrapper;
  }

  /** Node's rule for a .js without a declared type: CommonJS, unless it cannot be read as that. @param {string} path */
  #compiles(path) {
    try {
      this.compile(path);
      return true;
    } catch (error) {
      if (error instanceof SafeSyntaxError) return false;
      throw error;
    }
  }

  /** @param {string} path */
  #get(path) {
    return /** @type {File} */ (this.#files[path]);
  }
}

module.exports = { PluginSources };
