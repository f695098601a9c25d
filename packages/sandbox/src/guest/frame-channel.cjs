'use strict';

// The protocol's end in a guest that serves many calls: frames of u32 big-endian length, u8 kind and body on descriptor 3.
// Bodies stay bytes, what is in them is for the plugin's own machine to read.

const { readSync, writeSync } = require('node:fs');

const DESCRIPTOR = 3;
const HEADER_BYTES = 5;
const SMALL_BYTES = 65_536;
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** Kinds of frames. */
const Kind = { READY: 1, CALL: 2, RESULT: 3, ERROR: 4, FETCH: 5, FETCHED: 6, PLUGIN: 7, IDLE: 8, LOG: 9 };

const header = Buffer.alloc(HEADER_BYTES);
const small = Buffer.alloc(SMALL_BYTES);

/**
 * Waits for the next frame. Undefined when the host closed the channel or sent another kind. The body is valid until the
 * next frame is received or sent.
 * @param {readonly number[]} kinds
 * @returns {{ kind: number, body: Buffer } | undefined}
 */
function receive(kinds) {
  if (!fill(header, HEADER_BYTES)) return undefined;
  const kind = header.readUInt8(4);
  const length = header.readUInt32BE(0);
  if (!kinds.includes(kind) || length > MAX_BODY_BYTES) return undefined;
  const body = length <= SMALL_BYTES ? small.subarray(0, length) : Buffer.allocUnsafeSlow(length);
  return fill(body, length) ? { kind, body } : undefined;
}

/**
 * @param {Buffer} bytes
 * @param {number} length
 */
function fill(bytes, length) {
  let filled = 0;
  while (filled < length) {
    const count = readSync(DESCRIPTOR, bytes, filled, length - filled, null);
    if (count === 0) return false;
    filled += count;
  }
  return true;
}

/**
 * Writes one frame whole.
 * @param {number} kind
 * @param {Uint8Array} body
 */
function send(kind, body) {
  const total = HEADER_BYTES + body.length;
  const frame = total <= SMALL_BYTES ? small.subarray(0, total) : Buffer.allocUnsafeSlow(total);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt8(kind, 4);
  frame.set(body, HEADER_BYTES);
  let written = 0;
  while (written < total) written += writeSync(DESCRIPTOR, frame, written, total - written);
}

/**
 * Writes one frame of JSON.
 * @param {number} kind
 * @param {unknown} value
 */
function sendJson(kind, value) {
  send(kind, Buffer.from(JSON.stringify(value)));
}

module.exports = { Kind, receive, send, sendJson };
