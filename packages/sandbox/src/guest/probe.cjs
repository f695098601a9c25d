'use strict';

// A guest that tries, without any guard of ours around it, what Node's permission model must deny, and says what it was
// denied. `isolation()` starts it to see whether the box holds here.

const fs = require('node:fs');
const { spawnSync } = require('node:child_process');
const { connect } = require('node:net');
const { Worker } = require('node:worker_threads');
const { Kind, receive, send } = require('./channel.cjs');
const { selfCheck } = require('./self-check.cjs');

const CONNECT_MS = 2000;
const DENIALS = new Set(['ERR_ACCESS_DENIED', 'ERR_DLOPEN_DISABLED']);

/** @typedef {{ readable: string, writable: string, port: number }} Targets */

/** @type {Record<string, (targets: Targets) => unknown>} */
const ATTEMPTS = {
  'no-file-reads': ({ readable }) => fs.readFileSync(readable),
  'no-file-writes': ({ writable }) => fs.writeFileSync(writable, 'probe', { flag: 'wx' }),
  'no-child-processes': () => {
    const { error } = spawnSync(process.execPath, ['--version']);
    if (error !== undefined) throw error;
  },
  'no-worker-threads': () => new Worker('0', { eval: true }),
  'no-native-addons': ({ readable }) => process.dlopen({ exports: {} }, readable),
  'no-wasi': () => new (require('node:wasi').WASI)({ version: 'preview1' }),
  'no-inspector': () => new (require('node:inspector').Session)().connect(),
};

send(Kind.READY, JSON.stringify({ protocol: 2, engine: 'node', checks: selfCheck() }));
const text = receive(Kind.PLUGIN) === undefined ? undefined : receive(Kind.CALL);
if (text === undefined) process.exit(0);
else probe(JSON.parse(text).input);

/** @param {Targets} targets */
async function probe(targets) {
  const held = Object.keys(ATTEMPTS).filter((name) => isDenied(name, targets));
  if (!(await canConnect(targets.port))) held.push('network-isolation');
  send(Kind.RESULT, JSON.stringify(held));
  process.exit(0);
}

/**
 * A failure for any other reason proves nothing.
 * @param {string} name
 * @param {Targets} targets
 */
function isDenied(name, targets) {
  try {
    ATTEMPTS[name]?.(targets);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && DENIALS.has(String(error.code));
  }
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function canConnect(port) {
  return new Promise((resolve) => {
    try {
      const socket = connect({ port, host: '127.0.0.1', timeout: CONNECT_MS });
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('timeout', () => resolve(false));
    } catch {
      resolve(false);
    }
  });
}
