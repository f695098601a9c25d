'use strict';

// `fetch` for a plugin that was granted the network. The host makes the request; this process has no socket.

const {
  SafeError,
  SafeTypeError,
  bufferFrom,
  decode,
  dictionary,
  isArray,
  isView,
  keys,
  lowerCase,
  parse,
  reject,
  resolve,
  stringify,
  toText,
} = require('./intrinsics.cjs');
const { Kind, receive, send } = require('./channel.cjs');

/**
 * The part of the standard `fetch` that a plugin needs: method, headers and a body of text or bytes.
 * @param {unknown} url
 * @param {{ method?: unknown, headers?: any, body?: unknown }} [options]
 * @returns {Promise<Response>}
 */
function fetch(url, options = {}) {
  try {
    const request = dictionary();
    request.url = toText(url);
    request.method = options.method === undefined ? 'GET' : toText(options.method);
    request.headers = pairsOf(options.headers);
    if (options.body !== undefined && options.body !== null) request.body = base64Of(options.body);
    send(Kind.FETCH, stringify(request));
    return resolve(read(receive(Kind.FETCHED)));
  } catch (error) {
    return reject(error);
  }
}

/** @param {string | undefined} text */
function read(text) {
  if (text === undefined) throw new SafeError('the host gave no response');
  const answer = parse(text);
  if (answer.error === undefined) return new Response(answer);
  const error = new SafeTypeError(answer.error.message);
  /** @type {any} */ (error).code = answer.error.code;
  throw error;
}

/**
 * Pairs of headers from an object, an array of pairs or anything with `forEach` that gives value and name.
 * @param {any} headers
 */
function pairsOf(headers) {
  /** @type {[string, string][]} */
  const pairs = [];
  if (headers === undefined || headers === null) return pairs;
  /** @type {(name: unknown, value: unknown) => void} */
  const add = (name, value) => {
    pairs[pairs.length] = [toText(name), toText(value)];
  };
  if (isArray(headers)) {
    for (let index = 0; index < headers.length; index += 1) add(headers[index][0], headers[index][1]);
  } else if (typeof headers.forEach === 'function') {
    headers.forEach((/** @type {unknown} */ value, /** @type {unknown} */ name) => {
      add(name, value);
    });
  } else {
    const names = keys(headers);
    for (let index = 0; index < names.length; index += 1) {
      const name = /** @type {string} */ (names[index]);
      add(name, headers[name]);
    }
  }
  return pairs;
}

/** @param {any} body */
function base64Of(body) {
  if (isView(body)) return decode(bufferFrom(body.buffer, body.byteOffset, body.byteLength), 'base64');
  if (body instanceof ArrayBuffer) return decode(bufferFrom(body), 'base64');
  return decode(bufferFrom(toText(body), 'utf8'), 'base64');
}

class Response {
  #body;
  /** @type {Record<string, string>} */
  #headers = dictionary();
  /** @type {number} */
  status;
  /** @type {boolean} */
  ok;
  /** @type {{ get(name: string): string | null, has(name: string): boolean }} */
  headers;

  /** @param {{ status: number, headers: [string, string][], body: string }} answer */
  constructor({ status, headers, body }) {
    this.#body = body;
    this.status = status;
    this.ok = status >= 200 && status <= 299;
    for (let index = 0; index < headers.length; index += 1) {
      const [name, value] = /** @type {[string, string]} */ (headers[index]);
      const key = lowerCase(name);
      this.#headers[key] = this.#headers[key] === undefined ? value : `${this.#headers[key]}, ${value}`;
    }
    this.headers = {
      get: (name) => this.#headers[lowerCase(toText(name))] ?? null,
      has: (name) => this.#headers[lowerCase(toText(name))] !== undefined,
    };
  }

  async text() {
    return decode(this.#bytes(), 'utf8');
  }

  async json() {
    return parse(decode(this.#bytes(), 'utf8'));
  }

  async arrayBuffer() {
    const bytes = this.#bytes();
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  }

  #bytes() {
    return bufferFrom(this.#body, 'base64');
  }
}

module.exports = { fetch };
