'use strict';

// The memories that a module defines: WebAssembly's JavaScript interface does not tell them before there is an instance.

const HEADER_BYTES = 8;
const MEMORY_SECTION = 5;
const IS_SHARED = 2;
const IS_64_BIT = 4;
const HAS_MAXIMUM = 1;

/**
 * @param {Uint8Array} bytes of a module that V8 has compiled: they are well-formed
 * @returns {{ initialPages: number, isShared: boolean, is64Bit: boolean }[]}
 */
function memoriesOf(bytes) {
  const reader = { bytes, at: HEADER_BYTES };
  while (reader.at < bytes.length) {
    const id = next(reader);
    const size = readNumber(reader);
    if (id === MEMORY_SECTION) return Array.from({ length: readNumber(reader) }, () => readMemory(reader));
    reader.at += size;
  }
  return [];
}

/** @param {{ bytes: Uint8Array, at: number }} reader */
function readMemory(reader) {
  const flags = next(reader);
  const initialPages = readNumber(reader);
  if ((flags & HAS_MAXIMUM) !== 0) readNumber(reader);
  return { initialPages, isShared: (flags & IS_SHARED) !== 0, is64Bit: (flags & IS_64_BIT) !== 0 };
}

/** LEB128, unsigned. @param {{ bytes: Uint8Array, at: number }} reader */
function readNumber(reader) {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = next(reader);
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
  }
}

/** @param {{ bytes: Uint8Array, at: number }} reader */
function next(reader) {
  const byte = reader.bytes[reader.at] ?? 0;
  reader.at += 1;
  return byte;
}

module.exports = { memoriesOf };
