'use strict';

// Randomness from the host. QuickJS seeds `Math.random` once, when a machine is made: each call would draw the same numbers.

const { random } = require('./host.cjs');
const { SafeTypeError, isView } = require('./intrinsics.cjs');

const MOST_BYTES = 65_536;
const HEX = '0123456789abcdef';
const SafeBytes = Uint8Array;
const SafeDataView = DataView;

/** 53 random bits as a fraction. */
function mathRandom() {
  return ((random() >>> 5) * 0x4000000 + (random() >>> 6)) / 2 ** 53;
}

/** @template {ArrayBufferView} T @param {T} view @returns {T} */
function getRandomValues(view) {
  if (!isView(view) || view instanceof SafeDataView) throw new SafeTypeError('expected an array of integers');
  if (view.byteLength > MOST_BYTES) throw new SafeTypeError(`at most ${MOST_BYTES} bytes at once`);
  const bytes = new SafeBytes(view.buffer, view.byteOffset, view.byteLength);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = random() & 0xff;
  return view;
}

/** A random UUID, version 4 (RFC 9562). */
function randomUUID() {
  let text = '';
  for (let index = 0; index < 32; index += 1) {
    const digit = index === 12 ? 4 : index === 16 ? 8 + (random() & 3) : random() & 15;
    text += (index === 8 || index === 12 || index === 16 || index === 20 ? '-' : '') + HEX[digit];
  }
  return text;
}

module.exports = { getRandomValues, mathRandom, randomUUID };
