import { join } from 'node:path';
import { ALLOWED_NODE_MODULES } from '@agentmesh/manifest';
import type { GuestCommand } from '../drivers/driver.js';
import { PluginSandboxError } from '../plugin-sandbox-error.js';
import type { Engine, PluginSource, PreparedPlugin, SourceFile } from './engine.js';
import { guestEnvironment } from './guest-environment.js';
import { GUEST_FOLDER } from './guest-folder.js';
import { nodeOptions } from './node-options.js';
import { sourceFormat } from './source-format.js';
import { stripTypes } from './strip-types.js';

const TYPESCRIPT = /\.[cm]?ts$/;
const DECLARATIONS = /\.d\.[cm]?ts$/;

/** What a node engine runs with. */
export interface NodeEngineOptions {
  /** The Node binary of guests. */
  readonly nodePath: string;
  readonly memoryBytes: number;
  /** Whether that Node knows an option. */
  knows(option: string): boolean;
}

/** JavaScript and TypeScript in a Node process of its own, one call a process. */
export function createNodeEngine({ nodePath, memoryBytes, knows }: NodeEngineOptions): Engine {
  const options = nodeOptions({ readable: GUEST_FOLDER, memoryBytes, knows });
  const guest = (program: string): GuestCommand => ({
    file: nodePath,
    args: [...options, join(GUEST_FOLDER, program)],
    env: guestEnvironment(),
  });
  return {
    id: 'node',
    capabilities: {
      runtimes: ['javascript'],
      levels: ['process'],
      extensions: ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.json'],
    },
    prepare,
    command: () => guest('runner.cjs'),
    probe: () => guest('probe.cjs'),
  };
}

function prepare(source: PluginSource): PreparedPlugin {
  const texts = new Map(source.files.map((file) => [file.path, file.text]));
  const files = source.files
    .filter((file) => !DECLARATIONS.test(file.path))
    .map((file) => prepareFile(file, source.entry, texts));
  return { entry: source.entry, files, builtins: ALLOWED_NODE_MODULES };
}

function prepareFile(
  file: SourceFile,
  entry: string,
  texts: ReadonlyMap<string, string>,
): PreparedPlugin['files'][number] {
  const { path } = file;
  const format = sourceFormat(path, (other) => texts.get(other));
  if (!TYPESCRIPT.test(path)) return { path, text: file.text, format };
  try {
    return { path, text: stripTypes(file), format };
  } catch (error) {
    // A file that nothing imports, such as a test, must not keep a plugin from running: the guest refuses it when asked.
    if (path === entry || !(error instanceof PluginSandboxError)) throw error;
    return { path, text: error.message, format: 'refused' };
  }
}
