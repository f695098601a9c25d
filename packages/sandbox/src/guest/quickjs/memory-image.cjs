'use strict';

// A picture of a machine's memory. Putting it back makes the machine the one it was, byte for byte: what a call left in it
// is gone, and no destructor has to be trusted.

const BLOCK = 16_384;
const ZEROS = Buffer.alloc(BLOCK);

/** @typedef {{ start: number, end: number }} Range */

class MemoryImage {
  /** @type {{ at: number, bytes: Buffer }[]} */
  #saved = [];
  /** @type {number[]} */
  #watched = [];
  #size;

  /**
   * @param {WebAssembly.Memory} memory
   * @param {readonly Range[]} writable where a call can write what is nothing yet; outside of it nobody writes
   */
  constructor(memory, writable) {
    const bytes = Buffer.from(memory.buffer);
    this.#size = bytes.length;
    let start = -1;
    for (let at = 0; at <= bytes.length; at += BLOCK) {
      const isUsed = at < bytes.length && !isZero(bytes, at);
      if (isUsed && start < 0) start = at;
      if (isUsed) continue;
      if (start >= 0) this.#saved.push({ at: start, bytes: Buffer.from(bytes.subarray(start, at)) });
      start = -1;
      if (writable.some((range) => at + BLOCK > range.start && at < range.end)) this.#watched.push(at);
    }
  }

  /**
   * Makes the memory what it was. False when it has grown: memory cannot shrink, and another has to be taken.
   * @param {WebAssembly.Memory} memory
   */
  restore(memory) {
    const bytes = Buffer.from(memory.buffer);
    if (bytes.length !== this.#size) return false;
    for (const at of this.#watched) {
      if (!isZero(bytes, at)) bytes.fill(0, at, at + BLOCK);
    }
    this.#write(bytes);
    return true;
  }

  /** Makes a fresh memory the one of the picture. @param {WebAssembly.Memory} memory */
  fill(memory) {
    const bytes = Buffer.from(memory.buffer);
    for (let at = 0; at < bytes.length; at += BLOCK) {
      if (!isZero(bytes, at)) bytes.fill(0, at, at + BLOCK);
    }
    this.#write(bytes);
  }

  /** Whether the memory is the one of the picture; looks at all of it. @param {WebAssembly.Memory} memory */
  equals(memory) {
    const bytes = Buffer.from(memory.buffer);
    if (bytes.length !== this.#size) return false;
    const saved = new Map(this.#saved.flatMap(({ at, bytes: part }) => blocksOf(at, part)));
    for (let at = 0; at < bytes.length; at += BLOCK) {
      const expected = saved.get(at) ?? ZEROS;
      if (bytes.compare(expected, 0, expected.length, at, at + expected.length) !== 0) return false;
    }
    return true;
  }

  /** @param {Buffer} bytes */
  #write(bytes) {
    for (const { at, bytes: part } of this.#saved) bytes.set(part, at);
  }
}

/**
 * @param {number} at
 * @param {Buffer} part
 * @returns {[number, Buffer][]}
 */
function blocksOf(at, part) {
  /** @type {[number, Buffer][]} */
  const blocks = [];
  for (let start = 0; start < part.length; start += BLOCK) {
    blocks.push([at + start, part.subarray(start, start + BLOCK)]);
  }
  return blocks;
}

/**
 * @param {Buffer} bytes
 * @param {number} at
 */
function isZero(bytes, at) {
  return bytes.compare(ZEROS, 0, BLOCK, at, at + BLOCK) === 0;
}

module.exports = { MemoryImage };
