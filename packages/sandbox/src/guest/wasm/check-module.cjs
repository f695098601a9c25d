'use strict';

const { AbiError } = require('./abi-error.cjs');
const { memoriesOf } = require('./memory-section.cjs');

const PAGE_BYTES = 65_536;
const IMPORTS = [
  'agentmesh.env',
  'agentmesh.fail',
  'agentmesh.fetch',
  'agentmesh.log',
  'agentmesh.now',
  'agentmesh.random',
];
/** Exported functions that are not the plugin's own. */
const RESERVED = ['agentmesh_abi', 'agentmesh_alloc', '_initialize', '_start'];

/**
 * Compiles a module and checks all of the ABI that can be checked without running it.
 * @param {Uint8Array} bytes
 * @param {number} memoryBytes
 */
function compileModule(bytes, memoryBytes) {
  const module = new WebAssembly.Module(bytes);
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) checkImport(`${from}.${name}`, kind);
  checkMemory(memoriesOf(bytes), memoryBytes);
  const exported = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  checkExport(exported, 'memory', 'memory');
  checkExport(exported, 'agentmesh_abi', 'function');
  checkExport(exported, 'agentmesh_alloc', 'function');
  return module;
}

/** Names of the functions that can be called, comma-separated. @param {WebAssembly.Module} module */
function functionNames(module) {
  const functions = WebAssembly.Module.exports(module).filter(({ kind }) => kind === 'function');
  return functions.flatMap(({ name }) => (isCallable(name) ? [name] : [])).join(', ');
}

/** @param {string} name */
function isCallable(name) {
  return !RESERVED.includes(name);
}

/**
 * @param {string} name
 * @param {string} kind
 */
function checkImport(name, kind) {
  if (kind === 'function' && IMPORTS.includes(name)) return;
  throw new AbiError(`the module imports the ${kind} ${name}; there are only the functions ${IMPORTS.join(', ')}`);
}

/**
 * @param {ReturnType<typeof memoriesOf>} memories
 * @param {number} memoryBytes
 */
function checkMemory(memories, memoryBytes) {
  const [memory] = memories;
  if (memory === undefined || memories.length > 1) {
    throw new AbiError(`the module has ${memories.length} memories; expected one`);
  }
  if (memory.isShared || memory.is64Bit) throw new AbiError('the memory must be a 32-bit one that is not shared');
  if (memory.initialPages * PAGE_BYTES <= memoryBytes) return;
  throw new AbiError(
    `the module wants ${memory.initialPages} pages of memory at once; it may have ${memoryBytes} bytes`,
  );
}

/**
 * @param {ReadonlyMap<string, string>} exported
 * @param {string} name
 * @param {string} kind
 */
function checkExport(exported, name, kind) {
  if (exported.get(name) !== kind) throw new AbiError(`the module exports no ${kind} ${name}`);
}

module.exports = { compileModule, functionNames, isCallable };
