'use strict';

// A QuickJS virtual machine with our own program in it. It is made once, with the plugin's texts but before any of the
// plugin's code has run; each call finds it like that, because afterwards its memory is put back as it was.

const { MemoryImage } = require('./memory-image.cjs');
const { createInstance } = require('./wasm-instance.cjs');
const { Values } = require('./values.cjs');

const KIB = 1024;
const MIB = 1024 * KIB;
/** Of QuickJS's own stack. It and V8's `--stack-size` go together: QuickJS should notice a recursion first. */
const STACK_BYTES = 512 * KIB;
const STACK_SLACK = 256 * KIB;
const STATIC_BYTES = 256 * KIB;
const FIRST_HEADROOM = MIB;
const LARGEST_HEADROOM = 8 * MIB;
const TAIL_BYTES = 128 * KIB;
const NEARLY_FULL = 0.75;
const PROGRAM_NAME = 'agentmesh:program';

/** @typedef {import('./wasm-instance.cjs').Instance} Instance */
/** @typedef {(values: InstanceType<typeof Values>, args: readonly number[]) => number} HostFunction addresses of values; 0 is undefined */
/**
 * @typedef {object} MachineOptions
 * @property {(module: object) => Promise<any>} factory Emscripten's loader of QuickJS
 * @property {WebAssembly.Module} compiled
 * @property {string} program the text of a function that gets the host's functions and gives an object of functions
 * @property {readonly HostFunction[]} host
 * @property {() => boolean} shouldStop asked now and then while the machine runs
 */

class Machine {
  #options;
  /** @type {Instance} */
  #instance;
  /** @type {InstanceType<typeof Values>} */
  #values;
  #runtime = 0;
  #context = 0;
  #api = 0;
  #jobContext = 0;
  /** Where the heap begins and the stack ends. */
  #heap = 0;
  #memoryBytes;
  #headroom = FIRST_HEADROOM;
  /** @type {InstanceType<typeof MemoryImage> | undefined} before any headroom was set aside */
  #base;
  /** @type {InstanceType<typeof MemoryImage> | undefined} */
  #image;

  /**
   * @param {MachineOptions} options
   * @param {number} memoryBytes what a plugin may use
   */
  static async create(options, memoryBytes) {
    const machine = new Machine(options, memoryBytes);
    await machine.#renew();
    machine.#boot();
    return machine;
  }

  /**
   * @param {MachineOptions} options
   * @param {number} memoryBytes
   */
  constructor(options, memoryBytes) {
    this.#options = options;
    this.#memoryBytes = memoryBytes;
    // Until the first instance is there: its addresses do not depend on the limit.
    this.#instance = /** @type {any} */ (undefined);
    this.#values = /** @type {any} */ (undefined);
  }

  /** Another one when another memory was taken. */
  get memoryId() {
    return this.#instance.memory;
  }

  get memoryBytes() {
    return this.#memoryBytes;
  }

  /** True once most of the memory that the machine may have is in use. */
  get isNearlyFull() {
    return this.#instance.memory.buffer.byteLength - this.#heap >= this.#memoryBytes * NEARLY_FULL;
  }

  /** Whether it is exactly as each call has to find it. Looks at all of its memory. */
  get isFresh() {
    return this.#image?.equals(this.#instance.memory) === true;
  }

  /**
   * Calls a function of the program with bytes of UTF-8 without a NUL. Errors of the plugin stay inside.
   * @param {string} name
   * @param {Uint8Array} [text]
   */
  call(name, text) {
    const values = this.#values;
    return values.toNumber(values.call(this.#api, name, text === undefined ? [] : [values.fromBytes(text)]));
  }

  /** Runs what promises have made ready, until nothing is. */
  runJobs() {
    this.#instance.functions._QTS_ExecutePendingJob(this.#runtime, -1, this.#jobContext);
  }

  /** From now on a call finds the machine as it is at this moment. */
  seal() {
    this.#base = new MemoryImage(this.#instance.memory, []);
    this.#setHeadroomAside();
  }

  /** Makes it what it was when it was sealed. @param {boolean} isDamaged its memory alone may not be enough to put back */
  async restore(isDamaged) {
    if (!isDamaged && this.#image?.restore(this.#instance.memory)) return;
    if (!isDamaged) this.#headroom = Math.min(this.#headroom * 4, LARGEST_HEADROOM);
    await this.#fromBase();
  }

  /** The same machine, sealed as before, with another limit. @param {number} memoryBytes */
  async limit(memoryBytes) {
    this.#memoryBytes = memoryBytes;
    await this.#fromBase();
  }

  async #fromBase() {
    await this.#renew();
    // What the machine held before is garbage now, and may be much; V8 would let it lie for long.
    globalThis.gc?.();
    this.#base?.fill(this.#instance.memory);
    this.#setHeadroomAside();
  }

  async #renew() {
    const { factory, compiled } = this.#options;
    const maxBytes = this.#heap + this.#memoryBytes;
    this.#instance = await createInstance({ factory, compiled, maxBytes, callbacks: this.#callbacks() });
    this.#values = new Values(this.#instance.functions, this.#context);
  }

  #boot() {
    const { functions } = this.#instance;
    this.#heap = functions._malloc(1);
    this.#jobContext = functions._malloc(4);
    this.#runtime = functions._QTS_NewRuntime();
    this.#context = functions._QTS_NewContext(this.#runtime, 0);
    functions._QTS_RuntimeSetMaxStackSize(this.#runtime, STACK_BYTES);
    functions._QTS_RuntimeEnableInterruptHandler(this.#runtime);
    functions._QTS_RuntimeEnableModuleLoader(this.#runtime, 1);
    this.#values = new Values(functions, this.#context);
    const program = this.#values.evaluateText(this.#options.program, PROGRAM_NAME);
    const host = this.#options.host.map((_, id) => functions.QTS_NewFunction(this.#context, '', 0, false, id));
    this.#api = this.#values.apply(program, host);
  }

  /**
   * Between what is in use and what is not, a wall: an allocation that nothing uses, up to the end of the memory. What is
   * before it is enough for most calls; a call that needs more makes the memory grow, and that can be seen.
   */
  #setHeadroomAside() {
    const { functions, memory } = this.#instance;
    const size = memory.buffer.byteLength;
    const headroom = functions._malloc(this.#headroom);
    const wall = headroom + this.#headroom;
    const wallBytes = size - wall - TAIL_BYTES;
    const filler = wallBytes > 0 ? functions._malloc(wallBytes) : 0;
    functions._free(headroom);
    const end = filler === 0 ? size : filler;
    this.#image = new MemoryImage(memory, [
      { start: 0, end: STATIC_BYTES },
      { start: this.#heap - STACK_BYTES - STACK_SLACK, end },
      { start: filler === 0 ? size : filler + wallBytes, end: memory.buffer.byteLength },
    ]);
  }

  /** @returns {import('./wasm-instance.cjs').Callbacks} */
  #callbacks() {
    const { host, shouldStop } = this.#options;
    return {
      callFunction: (_, _context, _self, count, args, id) => {
        const found = host[id];
        return found === undefined ? 0 : found(this.#values, this.#values.list(args, count));
      },
      shouldInterrupt: () => (shouldStop() ? 1 : 0),
      loadModuleSource: (_, _runtime, _context, url) => this.#ask('load', [url]),
      normalizeModule: (_, _runtime, _context, base, name) => this.#ask('resolve', [name, base]),
      freeHostRef() {},
    };
  }

  /** The address of a C string; 0 with the program's exception pending. @param {string} name @param {string[]} texts */
  #ask(name, texts) {
    const values = this.#values;
    const args = texts.map((text) => values.fromText(text));
    return values.toCString(values.call(this.#api, name, args));
  }
}

module.exports = { Machine };
