import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { GuestCommand, Place } from '../drivers/driver.js';
import type { Engine } from './engine.js';
import { guestEnvironment } from './guest-environment.js';
import { GUEST_FOLDER } from './guest-folder.js';
import type { NodeFeatures } from './node-features.js';
import { nodeOptions } from './node-options.js';
import { JAVASCRIPT_EXTENSIONS, prepareJavaScript } from './prepare-javascript.js';

const MIB = 1024 * 1024;
/** Node itself needs little: the plugin's memory is the machine's own. */
const HEAP_BYTES = 48 * MIB;
const MAX_CALLS = 1000;
/** Committed by an idle process, with room for the memory that has to be taken anew after a fault. */
const DATA_BYTES = 160 * MIB;
const CODE_RANGE_BYTES = 512 * MIB;
const CODE_RANGE_SINCE = 24;
const VARIANT = '@jitl/quickjs-wasmfile-release-sync';

/**
 * Options of V8 besides those of every guest. No optimising compiler: a process lives for a thousand short calls, in which
 * compiling would cost more time and memory than it saves, and it is the part of V8 that has most to hide. The stack is what
 * QuickJS's own limit needs.
 */
const V8_OPTIONS = [
  '--liftoff-only',
  '--no-opt',
  '--v8-pool-size=0',
  '--max-semi-space-size=1',
  '--stack-size=3900',
  '--expose-gc',
];

/** What a quickjs engine runs with. */
export interface QuickJsEngineOptions {
  /** The Node binary of guests. */
  readonly nodePath: string;
  /** What a plugin may use, in bytes: the machine's memory cannot grow past it. */
  readonly memoryBytes: number;
  readonly features: NodeFeatures;
}

/**
 * JavaScript and TypeScript in QuickJS, compiled to WebAssembly, in a locked Node process: of one plugin, with a fresh virtual
 * machine for each call.
 */
export function createQuickJsEngine({ nodePath, memoryBytes, features }: QuickJsEngineOptions): Engine {
  return {
    id: 'quickjs',
    capabilities: {
      runtimes: ['javascript'],
      levels: ['process', 'language', 'os-basic', 'os-strict'],
      extensions: JAVASCRIPT_EXTENSIONS,
      reuse: 'plugin',
      maxCalls: MAX_CALLS,
      checks: ['permission-model', 'no-code-generation', 'empty-environment'],
    },
    dataBytes: DATA_BYTES + (features.major >= CODE_RANGE_SINCE ? CODE_RANGE_BYTES : 0),
    prepare: (source) => prepareJavaScript(source, []),
    command: (place) => guest(place, { nodePath, memoryBytes, features }),
  };
}

function guest(place: Place, { nodePath, memoryBytes, features }: QuickJsEngineOptions): GuestCommand {
  const loader = createRequire(import.meta.url).resolve(`${VARIANT}/emscripten-module`);
  const folder = place(GUEST_FOLDER, '/agentmesh/guest');
  const variant = place(dirname(loader), '/agentmesh/quickjs');
  const readable = [folder, variant];
  return {
    file: place(nodePath, '/agentmesh/node'),
    args: [
      ...nodeOptions({ readable, writable: [], memoryBytes: HEAP_BYTES, knows: (option) => features.knows(option) }),
      ...V8_OPTIONS,
      join(folder, 'quickjs/main.cjs'),
      join(variant, 'emscripten-module.cjs'),
      join(variant, 'emscripten-module.wasm'),
      String(memoryBytes),
    ],
    env: guestEnvironment(),
  };
}
