'use strict';

// What a machine can ask of the process around it, and what is known of the call under way. The order of `functions` is the
// order in which `vm/host.cjs` takes them.

const { randomFillSync } = require('node:crypto');
const { endNow } = require('../end-process.cjs');
const { Kind, receive, send, sendJson } = require('../frame-channel.cjs');

const STOP_CHECK_MS = 1000;
/** What QuickJS throws for want of memory; null where there is none left to say it with. */
const MEMORY_ERRORS = ['out of memory', '"type":"null"'];

/** @typedef {import('./machine.cjs').HostFunction} HostFunction */
/** @typedef {InstanceType<typeof import('./values.cjs')['Values']>} Values */

/** Thrown through the machine when the call needs one with another limit. */
class OtherMemory extends Error {
  memoryBytes;

  /** @param {number} memoryBytes */
  constructor(memoryBytes) {
    super('the call needs a machine with another limit');
    this.memoryBytes = memoryBytes;
  }
}

class CallHost {
  #parent = process.ppid;
  #numbers = new Uint32Array(1024);
  #nextNumber = this.#numbers.length;
  #checkedAt = 0;
  #mayFetch = false;
  #memoryBytes;
  #onFull;
  isOver = false;

  /**
   * @param {number} memoryBytes the limit of the machine there is
   * @param {() => void} onFull called before an error for want of memory is sent
   */
  constructor(memoryBytes, onFull) {
    this.#memoryBytes = memoryBytes;
    this.#onFull = onFull;
  }

  /** @returns {HostFunction[]} */
  get functions() {
    return [
      (values, [kind = 0, json = 0]) => values.withBytes(json, (body) => this.#send(values.toNumber(kind), body)),
      () => this.#finish(),
      (values, [memory = 0, fetch = 0]) => this.#begin(values.toNumber(memory), values.toNumber(fetch) === 1),
      (values) => this.#receive(values),
      (values, [text = 0, filename = 0]) => values.evaluate(text, values.toText(filename)),
      (values, [text = 0, filename = 0]) => values.evaluate(text, values.toText(filename), true),
      (values, [text = 0]) => values.fromNumber(values.withBytes(text, (bytes) => bytes.length)),
      (values) => values.fromNumber(this.#random()),
    ];
  }

  /** A call begins. */
  start() {
    this.isOver = false;
    this.#mayFetch = false;
  }

  /** True when the machine must not go on: the call is over, or nobody waits for it any more. */
  shouldStop() {
    const now = Date.now();
    if (now - this.#checkedAt < STOP_CHECK_MS) return this.isOver;
    this.#checkedAt = now;
    if (process.ppid !== this.#parent) endNow();
    return this.isOver;
  }

  /** The plugin's machine failed: its answer, if there is none yet. @param {Error} error */
  fail({ name, message }) {
    if (!this.isOver) sendJson(Kind.ERROR, { kind: 'plugin', type: name, message, stack: '' });
    this.isOver = true;
  }

  /**
   * @param {number} memoryBytes
   * @param {boolean} mayFetch
   */
  #begin(memoryBytes, mayFetch) {
    if (memoryBytes !== this.#memoryBytes) {
      this.#memoryBytes = memoryBytes;
      throw new OtherMemory(memoryBytes);
    }
    this.#mayFetch = mayFetch;
    return 0;
  }

  /**
   * @param {number} kind
   * @param {Uint8Array} body
   */
  #send(kind, body) {
    if (this.isOver || (kind === Kind.FETCH && !this.#mayFetch)) return 0;
    if (kind === Kind.ERROR && MEMORY_ERRORS.some((text) => includes(body, text))) this.#onFull();
    send(kind, body);
    return 0;
  }

  /** @param {Values} values */
  #receive(values) {
    if (!this.#mayFetch || this.isOver) return 0;
    const frame = receive([Kind.FETCHED]);
    if (frame === undefined) return endNow();
    return values.fromBytes(frame.body);
  }

  #random() {
    if (this.#nextNumber === this.#numbers.length) {
      randomFillSync(this.#numbers);
      this.#nextNumber = 0;
    }
    return /** @type {number} */ (this.#numbers[this.#nextNumber++]);
  }

  #finish() {
    this.isOver = true;
    return 0;
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {string} text
 */
function includes(bytes, text) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(text);
}

module.exports = { CallHost, OtherMemory };
