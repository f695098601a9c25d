'use strict';

// The guest's end of the protocol: frames of u32 big-endian length, u8 kind and UTF-8 JSON on descriptor 3.
// Synchronous reads and writes on a number: no stream and no handle exists that a plugin could find.

const { readSync, writeSync } = require('node:fs');
const { bufferFrom, bytesLength } = require('./intrinsics.cjs');

const DESCRIPTOR = 3;
const HEADER_BYTES = 5;
const CALL = 2;
const MAX_CALL_BYTES = 256 * 1024 * 1024;

/** Kinds of the frames that a guest sends. */
const Kind = { READY: 1, RESULT: 3, ERROR: 4 };

/**
 * Waits for the one CALL. Undefined when the host closed the channel or sent something else.
 * @returns {string | undefined}
 */
function receiveCall() {
  const header = receive(HEADER_BYTES);
  if (header === undefined || header[4] !== CALL) return undefined;
  const length = header.readUInt32BE(0);
  if (length > MAX_CALL_BYTES) return undefined;
  return receive(length)?.toString('utf8');
}

/**
 * @param {number} length
 * @returns {Buffer | undefined}
 */
function receive(length) {
  const bytes = Buffer.allocUnsafe(length);
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
  const body = bufferFrom(json, 'utf8');
  const length = bytesLength(body);
  const header = bufferFrom('\0\0\0\0\0', 'latin1');
  header[0] = length >>> 24;
  header[1] = length >>> 16;
  header[2] = length >>> 8;
  header[3] = length;
  header[4] = kind;
  writeAll(header, HEADER_BYTES);
  writeAll(body, length);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} length
 */
function writeAll(bytes, length) {
  let written = 0;
  while (written < length) written += writeSync(DESCRIPTOR, bytes, written, length - written);
}

module.exports = { Kind, receiveCall, send };
