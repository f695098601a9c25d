import { join } from 'node:path';
import type { GuestCommand, Place } from '../drivers/driver.js';
import type { Engine, PluginSource, PreparedPlugin } from './engine.js';
import { guestEnvironment } from './guest-environment.js';
import { GUEST_FOLDER } from './guest-folder.js';
import type { NodeFeatures } from './node-features.js';
import { nodeOptions } from './node-options.js';

const MIB = 1024 * 1024;
const PAGE_BYTES = 65_536;
/** Node itself needs little: the plugin's memory is the instance's own. */
const HEAP_BYTES = 48 * MIB;
const MAX_CALLS = 1000;
/** Committed by an idle process, with room for instances that are not collected yet. */
const DATA_BYTES = 160 * MIB;
const CODE_RANGE_BYTES = 512 * MIB;
const CODE_RANGE_SINCE = 24;
/** No call may take this long. */
const LONGEST_CALL_MS = 305_000;

/** What a wasm engine runs with. */
export interface WasmEngineOptions {
  /** The Node binary of guests. */
  readonly nodePath: string;
  /** What a plugin may use, in bytes: its memory cannot grow past it. */
  readonly memoryBytes: number;
  readonly features: NodeFeatures;
}

/**
 * WebAssembly modules of the ABI in WASM.md, in a locked Node process: of one plugin, with a fresh instance for each call.
 */
export function createWasmEngine({ nodePath, memoryBytes, features }: WasmEngineOptions): Engine {
  return {
    id: 'wasm',
    capabilities: {
      runtimes: ['wasm'],
      levels: ['process', 'language', 'os-basic', 'os-strict'],
      extensions: ['.wasm'],
      reuse: 'plugin',
      maxCalls: MAX_CALLS,
      checks: ['permission-model', 'no-code-generation', 'empty-environment'],
    },
    dataBytes: DATA_BYTES + (features.major >= CODE_RANGE_SINCE ? CODE_RANGE_BYTES : 0),
    prepare,
    command: (place) => guest(place, { nodePath, memoryBytes, features }),
  };
}

/** The entry alone: a module has nothing to import other modules with. */
function prepare({ entry, files }: PluginSource): PreparedPlugin {
  const modules = files.filter(({ path }) => path === entry);
  const encoded = modules.map(({ path, bytes }) => ({
    path,
    base64: Buffer.from(bytes).toString('base64'),
    format: 'wasm',
  }));
  return { entry, files: encoded, builtins: [] };
}

function guest(place: Place, { nodePath, memoryBytes, features }: WasmEngineOptions): GuestCommand {
  const folder = place(GUEST_FOLDER, '/agentmesh/guest');
  const knows = (option: string): boolean => features.knows(option);
  return {
    file: place(nodePath, '/agentmesh/node'),
    args: [
      ...nodeOptions({ readable: [folder], writable: [], memoryBytes: HEAP_BYTES, knows }),
      // Of every memory of every module, whatever it declares.
      `--wasm-max-mem-pages=${Math.ceil(memoryBytes / PAGE_BYTES)}`,
      '--expose-gc',
      join(folder, 'wasm/main.cjs'),
      String(memoryBytes),
      // A box ends with its host.
      String(folder === GUEST_FOLDER ? LONGEST_CALL_MS : 0),
    ],
    env: guestEnvironment(),
  };
}
