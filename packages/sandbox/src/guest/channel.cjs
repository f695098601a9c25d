'use strict';

// The guest's end of the protocol: frames of u32 big-endian length, u8 kind and UTF-8 JSON on descriptor 3.
// Synchronous reads and writes on a number: no stream and no handle exists that a plugin could find.

const { readSync, writeSync } = require('node:fs');
const { allocate, bufferFrom, bytesLength, decode } = require('./intrinsics.cjs');

const DESCRIPTOR = 3;
const HEADER_BYTES = 5;
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** Kinds of the frames that this guest sends and receives. */
const Kind = { READY: 1, CALL: 2, RESULT: 3, ERROR: 4, FETCH: 5, FETCHED: 6, PLUGIN: 7 };

/**
 * Waits for the next frame and gives its text. Undefined when the host closed the channel or sent another kind.
 * @param {number} kind
 * @returns {string | undefined}
 */
function receive(kind) {
  const header = receiveBytes(HEADER_BYTES);
  if (header === undefined || header[4] !== kind) return undefined;
  let length = 0;
  for (let index = 0; index < 4; index += 1) length = length * 256 + /** @type {number} */ (header[index]);
  if (length > MAX_BODY_BYTES) return undefined;
  const body = receiveBytes(length);
  return body === undefined ? undefined : decode(body, 'utf8');
}

/**
 * @param {number} length
 * @returns {Buffer | undefined}
 */
function receiveBytes(length) {
  const bytes = allocate(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(DESCRIPTOR, bytes, filled, length - filled, null);
    if (count === 0) return undefined;
    filled += count;
  }
  return bytes;
}

/**
 * Writes one frame whole.
 * @param {number} kind
 * @param {string} json
 */
function send(kind, json) {
  const bytes = bufferFrom(`\0\0\0\0\0${json}`, 'utf8');
  const total = bytesLength(bytes);
  const length = total - HEADER_BYTES;
  bytes[0] = length >>> 24;
  bytes[1] = length >>> 16;
  bytes[2] = length >>> 8;
  bytes[3] = length;
  bytes[4] = kind;
  let written = 0;
  while (written < total) written += writeSync(DESCRIPTOR, bytes, written, total - written);
}

module.exports = { Kind, receive, send };
