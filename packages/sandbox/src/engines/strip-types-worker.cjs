'use strict';

// Erases types in a thread of its own. The parser is WebAssembly: a text that is nested too deep breaks its memory, and from
// then on it fails for every text. So it serves one plugin, and its thread ends with it.

const { stripTypeScriptTypes } = require('node:module');
const { parentPort, workerData } = require('node:worker_threads');

const SYNTAX = new Set(['ERR_INVALID_TYPESCRIPT_SYNTAX', 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX']);

parentPort?.postMessage(workerData.map(strip));

/** @param {string} text */
function strip(text) {
  try {
    return { text: stripTypeScriptTypes(text, { mode: 'strip' }) };
  } catch (error) {
    const isSyntax = error instanceof Error && 'code' in error && SYNTAX.has(String(error.code));
    return { problem: isSyntax ? error.message : undefined };
  }
}
