'use strict';

// Values of a machine, by their addresses. Nothing here is freed that lives as long as a call at most: the memory is put back
// as a whole. What a plugin can make happen often is freed.

const POINTER = 4;
const MODULE = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @typedef {import('./wasm-instance.cjs').Functions} Functions */

class Values {
  #functions;
  #context;

  /**
   * @param {Functions} functions
   * @param {number} context
   */
  constructor(functions, context) {
    this.#functions = functions;
    this.#context = context;
  }

  /** @param {string} text without a NUL */
  fromText(text) {
    return this.fromBytes(encoder.encode(text));
  }

  /** Text from UTF-8 without a NUL. @param {Uint8Array} bytes */
  fromBytes(bytes) {
    const address = this.#copy(bytes);
    const value = this.#functions._QTS_NewString(this.#context, address);
    this.#functions._free(address);
    return value;
  }

  /** @param {number} number */
  fromNumber(number) {
    return this.#functions._QTS_NewFloat64(this.#context, number);
  }

  /** @param {number} value */
  toNumber(value) {
    return this.#functions._QTS_GetFloat64(this.#context, value);
  }

  /**
   * Shows the bytes of a text, in UTF-8, to `use`. They are gone afterwards.
   * @template T
   * @param {number} value
   * @param {(bytes: Uint8Array) => T} use
   * @returns {T}
   */
  withBytes(value, use) {
    const address = this.#functions._QTS_GetString(this.#context, value);
    if (address === 0) throw new RangeError('no memory for a text');
    const memory = this.#functions.HEAPU8;
    const result = use(memory.subarray(address, memory.indexOf(0, address)));
    this.#functions._QTS_FreeCString(this.#context, address);
    return result;
  }

  /** @param {number} value */
  toText(value) {
    return this.withBytes(value, (bytes) => decoder.decode(bytes));
  }

  /** A copy of a text as C wants it, from malloc; 0 for an exception, which stays pending. @param {number} value */
  toCString(value) {
    const address = this.#functions._QTS_GetString(this.#context, value);
    if (address === 0) return 0;
    const memory = this.#functions.HEAPU8;
    const copy = this.#copy(memory.slice(address, memory.indexOf(0, address)));
    this.#functions._QTS_FreeCString(this.#context, address);
    return copy;
  }

  /**
   * What a script's text gives, or an exception. The text is the value's.
   * @param {number} value
   * @param {string} filename
   * @param {boolean} [asModule] gives the module's namespace, or a promise of it
   */
  evaluate(value, filename, asModule = false) {
    return this.withBytes(value, (bytes) => {
      // `bytes` end with a NUL, and they lie in the machine's own memory.
      return this.#functions.QTS_Eval(
        this.#context,
        bytes.byteOffset,
        bytes.length,
        filename,
        0,
        asModule ? MODULE : 0,
      );
    });
  }

  /**
   * What a text of ours gives.
   * @param {string} text
   * @param {string} filename
   */
  evaluateText(text, filename) {
    return this.#own(this.evaluate(this.fromText(text), filename));
  }

  /**
   * @param {number} object
   * @param {string} name
   * @param {readonly number[]} args
   */
  call(object, name, args) {
    const fn = this.#functions._QTS_GetProp(this.#context, object, this.fromText(name));
    return this.#call(fn, args);
  }

  /** Calls a function of ours, which may not throw. @param {number} fn @param {readonly number[]} args */
  apply(fn, args) {
    return this.#own(this.#call(fn, args));
  }

  /** The addresses of a call's arguments. @param {number} args @param {number} count */
  list(args, count) {
    return Array.from({ length: count }, (_, index) => this.#functions._QTS_ArgvGetJSValueConstPointer(args, index));
  }

  /**
   * @param {number} fn
   * @param {readonly number[]} args
   */
  #call(fn, args) {
    const list = this.#functions._malloc(args.length * POINTER);
    const memory = this.#functions.HEAPU8;
    new Uint32Array(memory.buffer, list, args.length).set(args);
    const nothing = this.#functions._QTS_GetUndefined();
    const result = this.#functions._QTS_Call(this.#context, fn, nothing, args.length, list);
    this.#functions._free(list);
    for (const value of args) this.#functions._QTS_FreeValuePointer(this.#context, value);
    return result;
  }

  /** @param {number} value */
  #own(value) {
    const thrown = this.#functions._QTS_ResolveException(this.#context, value);
    if (thrown === 0) return value;
    throw new Error(`the guest's own program failed: ${this.toText(thrown)}`);
  }

  /** @param {Uint8Array} bytes */
  #copy(bytes) {
    const address = this.#functions._malloc(bytes.length + 1);
    if (address === 0) throw new RangeError('no memory for a text');
    const memory = this.#functions.HEAPU8;
    memory.set(bytes, address);
    memory[address + bytes.length] = 0;
    return address;
  }
}

module.exports = { Values };
