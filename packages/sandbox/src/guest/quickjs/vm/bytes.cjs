'use strict';

// UTF-8 and base64, as much of Node's Buffer as the program needs, on plain Uint8Arrays.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const REPLACEMENT = 0xfffd;
const CHUNK = 8192;
const SafeBytes = Uint8Array;
const fromCharCode = String.fromCharCode;
const { apply } = Reflect;
const uncurry = Function.prototype.bind.bind(Function.prototype.call);
/** @type {(text: string, index: number) => number} */
const codeAt = uncurry(String.prototype.charCodeAt);
/** @type {(text: string, index: number) => number | undefined} */
const pointAt = uncurry(String.prototype.codePointAt);
/** @type {(bytes: Uint8Array, start: number, end: number) => Uint8Array} */
const subarray = uncurry(Uint8Array.prototype.subarray);
/** @type {(bytes: Uint8Array, start: number, end: number) => Uint8Array} */
const copy = uncurry(Uint8Array.prototype.slice);
const values = new SafeBytes(128).fill(255);
for (let index = 0; index < ALPHABET.length; index += 1) values[ALPHABET.charCodeAt(index)] = index;
values['-'.charCodeAt(0)] = 62;
values['_'.charCodeAt(0)] = 63;

/**
 * Bytes of a text, or a view of a buffer's.
 * @param {any} source
 * @param {'base64' | 'utf8' | number} [how] the text's encoding, or where in the buffer
 * @param {number} [length]
 */
function bufferFrom(source, how, length) {
  if (typeof source !== 'string') return new SafeBytes(source, how === undefined ? 0 : Number(how), length);
  return how === 'base64' ? fromBase64(source) : encodeUtf8(source);
}

/**
 * @param {Uint8Array} bytes
 * @param {'base64' | 'utf8'} encoding
 */
function decode(bytes, encoding) {
  return encoding === 'base64' ? toBase64(bytes) : decodeUtf8(bytes).text;
}

/** @param {string} text */
function encodeUtf8(text) {
  const bytes = new SafeBytes(text.length * 3);
  let at = 0;
  for (let index = 0; index < text.length; index += 1) {
    let point = pointAt(text, index) ?? REPLACEMENT;
    if (point > 0xffff) index += 1;
    else if (point >= 0xd800 && point <= 0xdfff) point = REPLACEMENT;
    if (point < 0x80) bytes[at++] = point;
    else {
      const rest = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
      bytes[at++] = ((0xff00 >> (rest + 1)) & 0xff) | (point >> (6 * rest));
      for (let left = rest - 1; left >= 0; left -= 1) bytes[at++] = 0x80 | ((point >> (6 * left)) & 0x3f);
    }
  }
  return copy(bytes, 0, at);
}

/**
 * By the standard's rule: each longest wrong piece becomes one replacement character.
 * @param {Uint8Array} bytes
 * @returns {{ text: string, isValid: boolean }}
 */
function decodeUtf8(bytes) {
  let text = '';
  let units = [];
  let isValid = true;
  for (let index = 0; index < bytes.length; ) {
    const { point, next } = pointOf(bytes, index);
    index = next;
    if (point < 0) isValid = false;
    const shown = point < 0 ? REPLACEMENT : point;
    if (shown > 0xffff) units[units.length] = 0xd800 + ((shown - 0x10000) >> 10);
    units[units.length] = shown > 0xffff ? 0xdc00 + ((shown - 0x10000) & 0x3ff) : shown;
    if (units.length >= CHUNK) {
      text += apply(fromCharCode, null, units);
      units = [];
    }
  }
  return { text: text + apply(fromCharCode, null, units), isValid };
}

/**
 * The code point at `index`, -1 for what is none, and where the next begins.
 * @param {Uint8Array} bytes
 * @param {number} index
 */
function pointOf(bytes, index) {
  const first = bytes[index] ?? 0;
  if (first < 0x80) return { point: first, next: index + 1 };
  const rest = first >= 0xc2 && first <= 0xdf ? 1 : first >> 4 === 0xe ? 2 : first >= 0xf0 && first <= 0xf4 ? 3 : 0;
  let low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  let high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  let point = first & (0x3f >> rest);
  let next = index + 1;
  for (let left = rest; left > 0; left -= 1) {
    const byte = bytes[next] ?? 0;
    if (byte < low || byte > high) return { point: -1, next };
    point = (point << 6) | (byte & 0x3f);
    next += 1;
    low = 0x80;
    high = 0xbf;
  }
  return { point: rest === 0 ? -1 : point, next };
}

/** @param {Uint8Array} bytes */
function toBase64(bytes) {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index;
    const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text += ALPHABET[group >> 18];
    text += ALPHABET[(group >> 12) & 63];
    text += left > 1 ? ALPHABET[(group >> 6) & 63] : '=';
    text += left > 2 ? ALPHABET[group & 63] : '=';
  }
  return text;
}

/** What is no character of base64 is passed over, as Node does. @param {string} text */
function fromBase64(text) {
  const bytes = new SafeBytes(Math.ceil((text.length * 3) / 4));
  let at = 0;
  let bits = 0;
  let held = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = codeAt(text, index);
    if (code === 61) break;
    const value = code < 128 ? (values[code] ?? 255) : 255;
    if (value > 63) continue;
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
    }
  }
  return copy(bytes, 0, at);
}

module.exports = { bufferFrom, decode, decodeUtf8, encodeUtf8, fromBase64, subarray, toBase64 };
