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

/**
 * @param {ReadonlyArray<{ path: string }>} files
 * @param {readonly string[]} builtins the built-ins that a plugin may import
 */
function createModuleResolver(files, builtins) {
  const urls = dictionary();
  const paths = dictionary();
  const allowed = dictionary();
  for (const { path } of files) {
    urls[path] = ROOT_URL + path.split('/').map(encodeUri).join('/');
    paths[urls[path]] = path;
  }
  for (const name of builtins) allowed[name] = true;

  /**
   * What a specifier in the file `from` means: `{ builtin }` or `{ path }`; throws for anything else.
   * @param {string} specifier
   * @param {string} from
   * @param {'import' | 'require'} kind
   * @returns {{ builtin?: string, path?: string }}
   */
  function resolve(specifier, from, kind) {
    const answer = dictionary();
    if (isRelative(specifier) || startsWith(specifier, ROOT_URL)) {
      answer.path = find(kind === 'import' ? decode(specifier) : specifier, from, kind);
      if (answer.path !== undefined) return answer;
      throw failure('ERR_MODULE_NOT_FOUND', `${from}: the plugin has no file ${stringify(specifier)}`);
    }
    const name = startsWith(specifier, 'node:') ? slice(specifier, 5) : specifier;
    if (allowed[name] === true) {
      answer.builtin = name;
      return answer;
    }
    throw refusal(specifier, from);
  }

  /** @type {(path: string, from: string, kind: string) => string | undefined} */
  function find(target, from, kind) {
    const path = startsWith(target, ROOT_URL) ? slice(target, ROOT_URL.length) : join(from, target);
    if (path === undefined) return undefined;
    if (urls[path] !== undefined) return path;
    if (kind === 'require') {
      for (let index = 0; index < COMMONJS_ENDINGS.length; index += 1) {
        const ending = /** @type {string} */ (COMMONJS_ENDINGS[index]);
        const candidate = path === '' ? slice(ending, 1) : path + ending;
        if (urls[candidate] !== undefined) return candidate;
      }
    }
    // TypeScript sources name their neighbour as it would be called once compiled.
    const typescript = endsWith(path, '.js') ? `${slice(path, 0, -3)}.ts` : undefined;
    return typescript !== undefined && urls[typescript] !== undefined ? typescript : undefined;
  }

  return {
    resolve,
    /** @type {(path: string) => string} */
    urlOf: (path) => urls[path],
    /** @type {(url: string) => string | undefined} */
    pathOf: (url) => paths[url],
  };
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

module.exports = { createModuleResolver };
