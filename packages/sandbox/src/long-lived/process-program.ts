import { join } from 'node:path';
import type { GuestCommand, Place, Program } from '../drivers/driver.js';
import { findPython } from '../engines/find-python.js';
import { GUEST_FOLDER } from '../engines/guest-folder.js';
import { nodeFeatures } from '../engines/node-features.js';
import { nodeOptions } from '../engines/node-options.js';
import type { Interpreter } from './resolve-command.js';
import { PLUGIN_DATA, PLUGIN_ROOT } from './start-request.js';

const MIB = 1024 * 1024;
/** As for the engine of the name, where each is explained. */
const NODE = { dataBytes: 72 * MIB, codeRangeBytes: 512 * MIB, codeRangeSince: 24 };
const PYTHON = { dataBytes: 32 * MIB, addressBytes: 2048 * MIB };
/** What gives a server of Node its `fetch`. */
const FETCH = { host: join(GUEST_FOLDER, 'server-fetch.cjs'), inside: '/agentmesh/server-fetch.cjs' };
/** What the interpreter itself holds, which there is no moment of rest to measure at. */
const BASE_BYTES: Readonly<Record<Interpreter, number>> = { node: 64 * MIB, python3: 24 * MIB };

/** What a {@link processProgram} is made of. */
export interface ProcessProgramOptions {
  readonly interpreter: Interpreter;
  readonly args: readonly string[];
  readonly memoryBytes: number;
  readonly nodePath: string;
  readonly pythonPath: string | undefined;
  /** Largest body that its `fetch` may send, which asks the host; left out: it has none. */
  readonly fetchBytes: number | undefined;
}

/**
 * An interpreter with arguments as a program for a box.
 *
 * @returns `baseBytes`: what it holds beside the budget
 * @throws PluginSandboxError `SANDBOX_UNAVAILABLE` without the interpreter
 */
export async function processProgram(
  options: ProcessProgramOptions,
): Promise<Program & { readonly baseBytes: number }> {
  const { interpreter, fetchBytes } = options;
  const made = interpreter === 'node' ? await nodeProgram(options) : pythonProgram(options);
  return {
    id: interpreter,
    stdio: true,
    channel: fetchBytes !== undefined,
    baseBytes: BASE_BYTES[interpreter],
    ...made,
  };
}

type Made = Pick<Program, 'addressBytes' | 'command' | 'dataBytes'>;

async function nodeProgram({ nodePath, memoryBytes, args, fetchBytes }: ProcessProgramOptions): Promise<Made> {
  const { major, knows } = await nodeFeatures(nodePath);
  const readable = [PLUGIN_ROOT, PLUGIN_DATA, '/workspace', ...(fetchBytes === undefined ? [] : [FETCH.inside])];
  const options = nodeOptions({ readable, writable: [PLUGIN_DATA], memoryBytes, knows });
  // Validators of schemas, which every server has, are made from text.
  const own = options.filter((option) => option !== '--disallow-code-generation-from-strings');
  const command = (place: Place): GuestCommand => {
    const first = fetchBytes === undefined ? [] : ['--require', place(FETCH.host, FETCH.inside)];
    const env: GuestCommand['env'] = fetchBytes === undefined ? {} : { AGENTMESH_FETCH_BYTES: String(fetchBytes) };
    return { file: place(nodePath, '/agentmesh/node'), args: [...own, ...first, ...args], env };
  };
  return { dataBytes: NODE.dataBytes + (major >= NODE.codeRangeSince ? NODE.codeRangeBytes : 0), command };
}

function pythonProgram({ pythonPath, args }: ProcessProgramOptions): Made {
  const { file, version, library, libraryFolder } = findPython({ pythonPath });
  const name = `python${version}`;
  const command = (place: Place): GuestCommand => {
    place(library, `/agentmesh/python/${libraryFolder}/${name}`);
    const binary = place(file, `/agentmesh/python/bin/${name}`);
    return { file: binary, args: ['-S', '-B', '-X', 'utf8', ...args], env: {} };
  };
  return { dataBytes: PYTHON.dataBytes, addressBytes: PYTHON.addressBytes, command };
}
