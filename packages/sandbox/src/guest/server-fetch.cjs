'use strict';

// `fetch` for a long-lived server that was granted the network, required before its own program. The host makes the requests;
// this process has no socket. Frames as everywhere, on descriptor 3: answers come in the order of the requests.

const { Socket } = require('node:net');

const DESCRIPTOR = 3;
const HEADER_BYTES = 5;
const FETCH = 5;
/** What the host takes in one frame beside the body; whoever sends more has broken the protocol. */
const MAX_HEAD_BYTES = 60_000;
const MAX_HEADERS = 100;
/** Statuses of answers that can have no body (fetch.spec.whatwg.org, "null body status"). */
const WITHOUT_BODY = [101, 103, 204, 205, 304];

/** @typedef {{ resolve(text: string): void, reject(error: Error): void }} Waiting */
/** @typedef {{ status: number, headers: [string, string][], body: string, error?: { code: string, message: string } }} Answer */

install();

function install() {
  const maxBodyBytes = Number(process.env.AGENTMESH_FETCH_BYTES);
  delete process.env.AGENTMESH_FETCH_BYTES;
  const channel = { ask: openChannel(), maxBodyBytes };
  Object.defineProperty(globalThis, 'fetch', {
    configurable: true,
    enumerable: true,
    writable: true,
    value: (/** @type {string | URL | Request} */ input, /** @type {RequestInit} */ options) =>
      fetchOver(channel, input, options),
  });
}

/**
 * The standard `fetch`, but that redirects are always followed and bodies come whole.
 * @param {{ ask(json: string): Promise<string>, maxBodyBytes: number }} channel
 * @param {string | URL | Request} input
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
async function fetchOver({ ask, maxBodyBytes }, input, options) {
  const request = new Request(input, options);
  const { url, method, signal } = request;
  const headers = [...request.headers];
  signal.throwIfAborted();
  const sent = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
  signal.throwIfAborted();
  if (sent !== undefined && sent.length > maxBodyBytes) {
    throw failure('FETCH_TOO_LARGE', 'the body of the request is too large');
  }
  const headBytes = Buffer.byteLength(JSON.stringify({ url, method, headers }));
  if (headers.length > MAX_HEADERS || headBytes > MAX_HEAD_BYTES) {
    throw failure('HTTP_REQUEST_REFUSED', 'the URL and the headers are too large');
  }
  const answering = ask(JSON.stringify({ url, method, headers, body: sent?.toString('base64') }));
  /** @type {Answer} */
  const { status, headers: received, body, error } = JSON.parse(await unlessAborted(answering, signal));
  if (error !== undefined) throw failure(error.code, error.message);
  const bytes = WITHOUT_BODY.includes(status) ? null : Buffer.from(body, 'base64');
  return Object.defineProperty(new Response(bytes, { status, headers: received }), 'url', { value: url });
}

/**
 * @param {string} code
 * @param {string} message
 */
function failure(code, message) {
  return Object.assign(new TypeError(message), { code });
}

/**
 * @param {Promise<string>} answering
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
function unlessAborted(answering, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    answering.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A request keeps the process alive, the channel alone does not. */
function openChannel() {
  const channel = new Socket({ fd: DESCRIPTOR, readable: true, writable: true });
  /** @type {Waiting[]} */
  const waiting = [];
  let isOpen = true;
  readAnswers(channel, (text) => {
    const first = waiting.shift();
    if (waiting.length === 0) channel.unref();
    first?.resolve(text);
  });
  channel.on('error', () => undefined);
  channel.once('close', () => {
    isOpen = false;
    for (const { reject } of waiting.splice(0)) reject(new TypeError('the host is gone'));
  });
  channel.unref();
  return (/** @type {string} */ json) =>
    new Promise((/** @type {(text: string) => void} */ resolve, reject) => {
      if (!isOpen) return reject(new TypeError('the host is gone'));
      waiting.push({ resolve, reject });
      channel.ref();
      channel.write(frameOf(json));
    });
}

/**
 * @param {Socket} channel
 * @param {(text: string) => void} take
 */
function readAnswers(channel, take) {
  /** @type {Buffer[]} */
  let held = [];
  let size = 0;
  let needed = HEADER_BYTES;
  channel.on('data', (/** @type {Buffer} */ chunk) => {
    held.push(chunk);
    size += chunk.length;
    while (size >= needed) {
      const bytes = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
      const end = HEADER_BYTES + bytes.readUInt32BE(0);
      held = [bytes];
      needed = end;
      if (size < end) return;
      take(bytes.toString('utf8', HEADER_BYTES, end));
      held = [bytes.subarray(end)];
      size -= end;
      needed = HEADER_BYTES;
    }
  });
}

/** @param {string} json */
function frameOf(json) {
  const bytes = Buffer.from(`\0\0\0\0\0${json}`);
  bytes.writeUInt32BE(bytes.length - HEADER_BYTES, 0);
  bytes.writeUInt8(FETCH, 4);
  return bytes;
}
