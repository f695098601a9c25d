import { PluginSandboxError } from '../plugin-sandbox-error.js';
import type { Engine, EngineId } from './engine.js';
import { findPython } from './find-python.js';
import { createNodeEngine } from './node.js';
import { nodeFeatures } from './node-features.js';
import { createPythonEngine } from './python.js';
import { createQuickJsEngine } from './quickjs.js';
import { createWasmEngine } from './wasm.js';

const MIB = 1024 * 1024;

/** What engines are made with. */
export interface EnginesOptions {
  /** The Node binary of guests. */
  readonly nodePath: string;
  /** The Python binary of guests; left out, the engine looks for one. */
  readonly pythonPath?: string | undefined;
  /** The budget of most calls, in bytes. */
  readonly memoryBytes: number;
}

/** Gives the engine for a memory budget in bytes; the same one for the same budget. */
export type GetEngine = (id: EngineId, memoryBytes: number) => Engine;

/**
 * All engines there are.
 *
 * @throws PluginSandboxError `SANDBOX_UNAVAILABLE` when Node cannot be started
 */
export async function createEngines(options: EnginesOptions): Promise<GetEngine> {
  const { nodePath, pythonPath } = options;
  const features = await nodeFeatures(nodePath);
  const engines = new Map<string, Engine>();
  const create = (id: EngineId, memoryBytes: number): Engine => {
    if (id === 'node') return createNodeEngine({ nodePath, memoryBytes, features });
    if (id === 'quickjs') return createQuickJsEngine({ nodePath, memoryBytes, features });
    if (id === 'wasm') return createWasmEngine({ nodePath, memoryBytes, features });
    if (id === 'python') return createPythonEngine(findPython({ pythonPath }));
    throw new PluginSandboxError(`The engine ${id} is not available`, { code: 'SANDBOX_UNAVAILABLE' });
  };
  return (id, memoryBytes) => {
    const budget = memoryBytes === options.memoryBytes ? memoryBytes : roundUp(memoryBytes);
    const key = `${id} ${budget}`;
    const engine = engines.get(key) ?? create(id, budget);
    engines.set(key, engine);
    return engine;
  };
}

/** To a power of two: manifests choose budgets, and must not make an engine each. The exact one is watched by the host. */
function roundUp(bytes: number): number {
  return MIB * 2 ** Math.ceil(Math.log2(Math.max(1, bytes / MIB)));
}
