'use strict';

// Which of a plugin's files a specifier means. Runs while the plugin does, so with captured intrinsics only.

const {
  decodeUri,
  dictionary,
  encodeUri,
  endsWith,
  SafeError,
  indexOf,
  lastIndexOf,
  slice,
  startsWith,
  stringify,
} = require('./intrinsics.cjs');
const { ROOT_URL } = require('./plugin-root.cjs');

const COMMONJS_ENDINGS = ['.js', '.json', '.cjs', '.ts', '/index.js', '/index.json', '/index.cjs', '/index.ts'];

class ModuleResolver {
  /** @type {Record<string, string>} */
  #urls = dictionary();
  /** @type {Record<string, string>} */
  #paths = dictionary();
  /** @type {Record<string, boolean>} */
  #allowed = dictionary();

  /**
   * @param {ReadonlyArray<{ path: string }>} files
   * @param {readonly string[]} builtins the built-ins that a plugin may import
   */
  constructor(files, builtins) {
    for (const { path } of files) {
      const url = ROOT_URL + path.split('/').map(encodeUri).join('/');
      this.#urls[path] = url;
      this.#paths[url] = path;
    }
    for (const name of builtins) this.#allowed[name] = true;
  }

  /** @param {string} path */
  urlOf(path) {
    return /** @type {string} */ (this.#urls[path]);
  }

  /** @param {string} url */
  pathOf(url) {
    return this.#paths[url];
  }

  /**
   * What a specifier in the file `from` means; throws for anything but a file of the plugin and an allowed built-in.
   * @param {string} specifier
   * @param {string} from
   * @param {'import' | 'require'} kind
   * @returns {{ builtin?: string, path?: string }}
   */
  resolve(specifier, from, kind) {
    const answer = dictionary();
    answer.path = this.#paths[specifier];
    if (answer.path !== undefined) return answer;
    if (isRelative(specifier)) {
      answer.path = this.#find(kind === 'import' ? decode(specifier) : specifier, from, kind);
      if (answer.path !== undefined) return answer;
      throw failure('ERR_MODULE_NOT_FOUND', `${from}: the plugin has no file ${stringify(specifier)}`);
    }
    answer.builtin = startsWith(specifier, 'node:') ? slice(specifier, 5) : specifier;
    if (this.#allowed[answer.builtin] === true) return answer;
    throw refusal(specifier, from);
  }

  /** @type {(target: string, from: string, kind: string) => string | undefined} */
  #find(target, from, kind) {
    const path = join(from, target);
    if (path === undefined) return undefined;
    if (this.#urls[path] !== undefined) return path;
    for (let index = 0; kind === 'require' && index < COMMONJS_ENDINGS.length; index += 1) {
      const ending = /** @type {string} */ (COMMONJS_ENDINGS[index]);
      const candidate = path === '' ? slice(ending, 1) : path + ending;
      if (this.#urls[candidate] !== undefined) return candidate;
    }
    // TypeScript sources name their neighbour as it would be called once compiled.
    const typescript = endsWith(path, '.js') ? `${slice(path, 0, -3)}.ts` : '';
    return this.#urls[typescript] === undefined ? undefined : typescript;
  }
}

/** @param {string} specifier */
function isRelative(specifier) {
  return startsWith(specifier, './') || startsWith(specifier, '../') || specifier === '.' || specifier === '..';
}

/** @param {string} specifier */
function decode(specifier) {
  try {
    return decodeUri(specifier);
  } catch {
    return specifier;
  }
}

/**
 * The path that `target` means in the file `from`; undefined above the plugin's folder.
 * @param {string} from
 * @param {string} target
 * @returns {string | undefined}
 */
function join(from, target) {
  let folder = slice(from, 0, lastIndexOf(from, '/') + 1);
  let rest = target;
  while (rest !== '') {
    const end = indexOf(rest, '/');
    const segment = end < 0 ? rest : slice(rest, 0, end);
    rest = end < 0 ? '' : slice(rest, end + 1);
    if (segment === '..') {
      if (folder === '') return undefined;
      folder = slice(folder, 0, lastIndexOf(folder, '/', folder.length - 2) + 1);
    } else if (segment !== '.' && segment !== '') {
      folder += end < 0 ? segment : `${segment}/`;
    }
  }
  return endsWith(folder, '/') ? slice(folder, 0, -1) : folder;
}

/**
 * @param {string} specifier
 * @param {string} from
 */
function refusal(specifier, from) {
  return failure(
    'ERR_SANDBOX_MODULE',
    `${from}: the module ${stringify(specifier)} is not available in the sandbox; a plugin may import its own files and Node's computing modules alone`,
  );
}

/**
 * @param {string} code
 * @param {string} message
 */
function failure(code, message) {
  const error = new SafeError(message);
  /** @type {any} */ (error).code = code;
  return error;
}

module.exports = { ModuleResolver };
