'use strict';

// One instance of QuickJS, as WebAssembly: its functions by their names in C, with a memory that cannot grow past a bound.

const PAGE = 65_536;
const INITIAL_PAGES = 256;

/**
 * The functions of quickjs-emscripten's C interface that this guest calls. A `Value` is the address of a JSValue.
 * @typedef {object} Functions
 * @property {Uint8Array} HEAPU8 all of its memory; another after it has grown
 * @property {(bytes: number) => number} _malloc
 * @property {(address: number) => void} _free
 * @property {() => number} _QTS_NewRuntime
 * @property {(runtime: number, intrinsics: number) => number} _QTS_NewContext
 * @property {(runtime: number, bytes: number) => void} _QTS_RuntimeSetMaxStackSize
 * @property {(runtime: number) => void} _QTS_RuntimeEnableInterruptHandler
 * @property {(runtime: number, normalizes: number) => void} _QTS_RuntimeEnableModuleLoader
 * @property {(context: number, code: number, bytes: number, filename: string, detect: number, flags: number) => number} QTS_Eval
 * @property {(context: number, name: string, count: number, constructs: boolean, id: number) => number} QTS_NewFunction
 * @property {(context: number, fn: number, self: number, count: number, args: number) => number} _QTS_Call
 * @property {(context: number, value: number) => number} _QTS_ResolveException
 * @property {(runtime: number, count: number, context: number) => number} _QTS_ExecutePendingJob
 * @property {(context: number, text: number) => number} _QTS_NewString
 * @property {(context: number, value: number) => number} _QTS_GetString
 * @property {(context: number, text: number) => void} _QTS_FreeCString
 * @property {(context: number, number: number) => number} _QTS_NewFloat64
 * @property {(context: number, value: number) => number} _QTS_GetFloat64
 * @property {() => number} _QTS_GetUndefined
 * @property {(context: number, object: number, name: number) => number} _QTS_GetProp
 * @property {(context: number, value: number) => void} _QTS_FreeValuePointer
 * @property {(args: number, index: number) => number} _QTS_ArgvGetJSValueConstPointer
 */

/**
 * What the machine asks its host.
 * @typedef {object} Callbacks
 * @property {(unused: undefined, context: number, self: number, count: number, args: number, id: number) => number} callFunction
 * @property {() => number} shouldInterrupt
 * @property {(unused: undefined, runtime: number, context: number, name: string) => number} loadModuleSource
 * @property {(unused: undefined, runtime: number, context: number, base: string, name: string) => number} normalizeModule
 * @property {() => void} freeHostRef
 */

/**
 * @typedef {object} Instance
 * @property {Functions} functions
 * @property {WebAssembly.Memory} memory
 */

/**
 * @param {object} options
 * @param {(module: object) => Promise<any>} options.factory Emscripten's own loader of it
 * @param {WebAssembly.Module} options.compiled
 * @param {number} options.maxBytes the memory may not grow past this
 * @param {Callbacks} options.callbacks
 * @returns {Promise<Instance>}
 */
async function createInstance({ factory, compiled, maxBytes, callbacks }) {
  const maximum = Math.max(INITIAL_PAGES, Math.ceil(maxBytes / PAGE));
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum });
  const functions = await factory({
    wasmMemory: memory,
    noExitRuntime: true,
    print() {},
    printErr() {},
    callbacks,
    /**
     * @param {WebAssembly.Imports} imports
     * @param {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} done
     */
    instantiateWasm(imports, done) {
      done(new WebAssembly.Instance(compiled, imports), compiled);
    },
  });
  functions.QTS_Eval = functions.cwrap('QTS_Eval', 'number', Array(6).fill('number').with(3, 'string'));
  functions.QTS_NewFunction = functions.cwrap(
    'QTS_NewFunction',
    'number',
    Array(5).fill('number').with(1, 'string').with(3, 'boolean'),
  );
  return { functions, memory };
}

module.exports = { createInstance };
