'use strict';

// TextEncoder and TextDecoder for UTF-8, `atob` and `btoa`: the part of the standards that plain computing needs.

const { decodeUtf8, encodeUtf8, fromBase64, subarray, toBase64 } = require('./bytes.cjs');
const { SafeError, SafeTypeError, isView, lowerCase, toText } = require('./intrinsics.cjs');

const NAMES = { __proto__: null, 'utf-8': true, utf8: true, 'unicode-1-1-utf-8': true };
const NOT_BASE64 = /[^A-Za-z0-9+/]/;
const SafeBytes = Uint8Array;
const SafeRangeError = RangeError;
const fromCharCode = String.fromCharCode;
const uncurry = Function.prototype.bind.bind(Function.prototype.call);
/** @type {(pattern: RegExp, text: string) => RegExpExecArray | null} */
const find = uncurry(RegExp.prototype.exec);
/** @type {(text: string, pattern: RegExp, by: string) => string} */
const replace = uncurry(String.prototype.replace);
/** @type {(text: string, index: number) => number} */
const codeAt = uncurry(String.prototype.charCodeAt);

class TextEncoder {
  get encoding() {
    return 'utf-8';
  }

  /** @param {unknown} [text] */
  encode(text = '') {
    return encodeUtf8(toText(text));
  }
}

class TextDecoder {
  #fatal;
  #keepsMark;

  /**
   * @param {unknown} [label]
   * @param {{ fatal?: boolean, ignoreBOM?: boolean }} [options]
   */
  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    if (!(lowerCase(toText(label)) in NAMES))
      throw new SafeRangeError(`the encoding ${toText(label)} is not available`);
    this.#fatal = Boolean(fatal);
    this.#keepsMark = Boolean(ignoreBOM);
  }

  get encoding() {
    return 'utf-8';
  }

  get fatal() {
    return this.#fatal;
  }

  get ignoreBOM() {
    return this.#keepsMark;
  }

  /**
   * @param {ArrayBuffer | ArrayBufferView} [input]
   * @param {{ stream?: boolean }} [options]
   */
  decode(input, options) {
    if (options?.stream === true) throw new SafeTypeError('decoding in pieces is not available');
    if (input === undefined) return '';
    const bytes = isView(input)
      ? new SafeBytes(input.buffer, input.byteOffset, input.byteLength)
      : new SafeBytes(input);
    const hasMark = !this.#keepsMark && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    const { text, isValid } = decodeUtf8(hasMark ? subarray(bytes, 3, bytes.length) : bytes);
    if (this.#fatal && !isValid) throw new SafeTypeError('the bytes are no UTF-8');
    return text;
  }
}

/** @param {unknown} data */
function btoa(data) {
  const text = toText(data);
  const bytes = new SafeBytes(text.length);
  for (let index = 0; index < text.length; index += 1) {
    const code = codeAt(text, index);
    if (code > 255) throw new SafeError('btoa takes text of characters below 256');
    bytes[index] = code;
  }
  return toBase64(bytes);
}

/** @param {unknown} data */
function atob(data) {
  let text = replace(toText(data), /[\t\n\f\r ]/g, '');
  if (text.length % 4 === 0) text = replace(text, /==?$/, '');
  if (text.length % 4 === 1 || find(NOT_BASE64, text) !== null) throw new SafeError('atob takes base64');
  const bytes = fromBase64(text);
  let binary = '';
  for (let index = 0; index < bytes.length; index += 1) binary += fromCharCode(/** @type {number} */ (bytes[index]));
  return binary;
}

module.exports = { TextDecoder, TextEncoder, atob, btoa };
