'use strict';

// One call of one function, in an instance of its own. The plugin's side of the ABI is hostile: every address it gives is
// checked against its memory, and it is given numbers alone.

const { randomFillSync } = require('node:crypto');
const { endNow } = require('../end-process.cjs');
const { Kind, receive, sendJson } = require('../frame-channel.cjs');
const { AbiError, InvalidOutput, PluginFailure } = require('./abi-error.cjs');
const { isCallable } = require('./check-module.cjs');

const ABI = 1;
const STDOUT = 1;
const STDERR = 2;
/** Of `{"result":…}`, with some room for spaces. */
const ENVELOPE_BYTES = 64;
/** Units of text in one frame: at six bytes each, as JSON at worst, they fit. */
const MOST_LOGGED = 131_072;
const decoder = new TextDecoder();
const exactDecoder = new TextDecoder('utf-8', { fatal: true });

/** @typedef {{ function: string | null, input: unknown, resultBytes: number, fetch: boolean, env?: Record<string, string> }} Call */
/** @typedef {(...args: (number | bigint)[]) => unknown} Exported */

class PluginCall {
  #call;
  /** @type {WebAssembly.Instance} */
  #instance;

  /**
   * @param {WebAssembly.Module} module
   * @param {Call} call
   */
  constructor(module, call) {
    this.#call = call;
    // Before its start function is over there are no exports, and so no memory to read from.
    this.#instance = /** @type {any} */ ({ exports: {} });
    this.#instance = new WebAssembly.Instance(module, { agentmesh: this.#imports(module) });
  }

  /** Bytes of memory that the instance has. */
  get memoryBytes() {
    return this.#memory().length;
  }

  /** Whether the plugin has the function. */
  get isThere() {
    const name = this.#call.function;
    return name === null || (isCallable(name) && typeof this.#instance.exports[name] === 'function');
  }

  /** The function's result: JSON data. Throws what the plugin reported or broke. */
  run() {
    const { exports } = this.#instance;
    if (typeof exports._initialize === 'function') this.#invoke('_initialize', []);
    const version = this.#invoke('agentmesh_abi', []);
    if (version !== ABI)
      throw new AbiError(`the module is made for version ${String(version)} of the ABI; this is ${ABI}`);
    if (this.#call.function === null) return null;
    const [address, length] = this.#give(Buffer.from(JSON.stringify(this.#call.input ?? null)));
    const result = this.#invoke(this.#call.function, [address, length]);
    if (typeof result !== 'bigint') throw new AbiError(`the function ${this.#call.function} returned no i64`);
    return result === 0n ? null : this.#parse(this.#take(result));
  }

  /** @param {Uint8Array} bytes */
  #parse(bytes) {
    const { resultBytes } = this.#call;
    if (bytes.length > resultBytes + ENVELOPE_BYTES) throw new InvalidOutput(`it is larger than ${resultBytes} bytes`);
    try {
      return JSON.parse(exactDecoder.decode(bytes));
    } catch (error) {
      throw new InvalidOutput(error instanceof Error ? error.message : 'it is no JSON');
    }
  }

  /** @param {WebAssembly.Module} module */
  #imports(module) {
    /** @type {Record<string, (...args: number[]) => unknown>} */
    const functions = {
      log: (stream = 0, address = 0, length = 0) => this.#log(stream, this.#text(address, length)),
      fail: (address = 0, length = 0) => {
        throw new PluginFailure(this.#text(address, length));
      },
      now: () => Date.now(),
      random: (address = 0, length = 0) => void randomFillSync(this.#view(address, length)),
      env: (address = 0, length = 0) => this.#env(this.#text(address, length)),
      fetch: (address = 0, length = 0) => this.#fetch(this.#text(address, length)),
    };
    if (this.#call.fetch) return functions;
    const needs = WebAssembly.Module.imports(module).some(({ name }) => name === 'fetch');
    if (needs) throw new AbiError('the module imports agentmesh.fetch, and the plugin was not granted the network');
    return functions;
  }

  /** @param {number} stream @param {string} text */
  #log(stream, text) {
    if (stream !== STDOUT && stream !== STDERR)
      throw new AbiError(`agentmesh.log knows the streams 1 and 2, not ${stream}`);
    for (let start = 0; start < text.length; start += MOST_LOGGED) {
      sendJson(Kind.LOG, {
        stream: stream === STDOUT ? 'stdout' : 'stderr',
        text: text.slice(start, start + MOST_LOGGED),
      });
    }
  }

  /** @param {string} name */
  #env(name) {
    const { env = {} } = this.#call;
    return Object.hasOwn(env, name) ? this.#pack(Buffer.from(/** @type {string} */ (env[name]))) : 0n;
  }

  /** @param {string} request */
  #fetch(request) {
    let asked;
    try {
      asked = JSON.parse(request);
    } catch {
      throw new AbiError('agentmesh.fetch was given no JSON');
    }
    sendJson(Kind.FETCH, asked);
    const answer = receive([Kind.FETCHED]);
    if (answer === undefined) return endNow();
    return this.#pack(Buffer.from(answer.body));
  }

  /** @param {Uint8Array} bytes */
  #pack(bytes) {
    const [address, length] = this.#give(bytes);
    return BigInt.asIntN(64, (BigInt(address) << 32n) | BigInt(length));
  }

  /** Puts bytes where the plugin wants them. @param {Uint8Array} bytes @returns {[number, number]} */
  #give(bytes) {
    const address = this.#invoke('agentmesh_alloc', [bytes.length]);
    if (typeof address !== 'number') throw new AbiError('agentmesh_alloc returned no i32');
    this.#view(address >>> 0, bytes.length).set(bytes);
    return [address >>> 0, bytes.length];
  }

  /** @param {bigint} packed */
  #take(packed) {
    const bits = BigInt.asUintN(64, packed);
    return this.#view(Number(bits >> 32n), Number(bits & 0xffff_ffffn));
  }

  /** @param {number} address @param {number} length */
  #text(address, length) {
    return decoder.decode(this.#view(address, length));
  }

  /** @param {number} address @param {number} length */
  #view(address, length) {
    const memory = this.#memory();
    const [start, size] = [address >>> 0, length >>> 0];
    if (start + size <= memory.length) return memory.subarray(start, start + size);
    throw new AbiError(`${size} bytes at ${start} lie outside of the memory of ${memory.length} bytes`);
  }

  #memory() {
    const { memory } = this.#instance.exports;
    return new Uint8Array(memory instanceof WebAssembly.Memory ? memory.buffer : new ArrayBuffer(0));
  }

  /** @param {string} name @param {(number | bigint)[]} args */
  #invoke(name, args) {
    return /** @type {Exported} */ (this.#instance.exports[name])(...args);
  }
}

module.exports = { PluginCall };
