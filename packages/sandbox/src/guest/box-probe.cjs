'use strict';

// A guest without any guard of ours around it, which tries what a box of the system must deny, and says on descriptor 3
// what it was denied. Its argument is JSON: a file to read, one to write, a port to connect to and a process to signal.

const fs = require('node:fs');
const { spawnSync } = require('node:child_process');
const { connect } = require('node:net');

const CHANNEL = 3;
const CONNECT_MS = 2000;
const DENIALS = new Set(['EPERM', 'EACCES', 'ENOENT', 'EROFS']);

/** @typedef {{ readable: string, writable: string, port: number, pid: number }} Targets */

/** @type {Record<string, (targets: Targets) => unknown>} */
const ATTEMPTS = {
  'no-file-reads': ({ readable }) => fs.readFileSync(readable),
  'no-folder-reads': () => fs.readdirSync('/etc'),
  'no-file-writes': ({ writable }) => fs.writeFileSync(writable, 'probe', { flag: 'wx' }),
  'no-signals': ({ pid }) => process.kill(pid, 0),
  'no-child-processes': () => {
    const { error } = spawnSync(process.execPath, ['--version']);
    if (error !== undefined) throw error;
  },
};

/** @type {Targets} */
const targets = JSON.parse(process.argv[2] ?? '');
const held = Object.keys(ATTEMPTS).filter((name) => isDenied(name));
const socket = connect({ port: targets.port, host: '127.0.0.1', timeout: CONNECT_MS });
socket.once('connect', () => answer(held));
socket.once('error', (error) =>
  answer('code' in error && DENIALS.has(String(error.code)) ? [...held, 'network-isolation'] : held),
);
socket.once('timeout', () => answer(held));

/**
 * A failure for any other reason proves nothing.
 * @param {string} name
 */
function isDenied(name) {
  try {
    ATTEMPTS[name]?.(targets);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && DENIALS.has(String(error.code));
  }
}

/** @param {string[]} names */
function answer(names) {
  fs.writeSync(CHANNEL, `${JSON.stringify(names)}\n`);
  process.exit(0);
}
