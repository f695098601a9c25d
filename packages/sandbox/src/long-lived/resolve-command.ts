import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '@agentmesh/errors';
import { PluginSandboxError } from '../plugin-sandbox-error.js';
import type { VerifiedTree } from '../verify-tree.js';
import { PLUGIN_ROOT } from './start-request.js';

/** What runs a long-lived process. */
export type Interpreter = 'node' | 'python3';

const FIRST_LINE_BYTES = 128;
const SHEBANG = /^#![ \t]*(?:\/usr\/bin\/env[ \t]+)?(?:\/[\w./-]*\/)?(node|python3)[ \t]*\r?$/;

/**
 * Which interpreter a command means, and the arguments that come before the caller's. Nothing of the host is looked up by a
 * name that a plugin gives.
 *
 * @throws PluginSandboxError `SANDBOX_INVALID_CALL` for any other command
 */
export async function resolveCommand(
  command: string,
  tree: VerifiedTree,
): Promise<{ interpreter: Interpreter; before: string[] }> {
  if (command === 'node' || command === 'python3') return { interpreter: command, before: [] };
  if (!command.startsWith('./')) {
    throw invalid(command, 'is neither node nor python3 nor a ./file of the plugin');
  }
  const path = command.slice(2);
  if (!tree.files.some((file) => file.path === path)) throw invalid(command, 'is no file of the plugin');
  const interpreter = SHEBANG.exec(await firstLine(join(tree.root, path)))?.[1];
  if (interpreter !== 'node' && interpreter !== 'python3') {
    throw invalid(command, 'does not begin with #! and node or python3');
  }
  return { interpreter, before: [`${PLUGIN_ROOT}/${path}`] };
}

async function firstLine(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_LINE_BYTES), 0, FIRST_LINE_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead).split('\n', 1)[0] ?? '';
  } finally {
    await file.close();
  }
}

function invalid(command: string, problem: string): PluginSandboxError {
  return new PluginSandboxError(`The command ${printable(command)} cannot be run in the sandbox: it ${problem}`, {
    code: 'SANDBOX_INVALID_CALL',
    hint: 'Only node, python3 and scripts of the plugin for these are there; nothing is fetched, so npx and uvx are not.',
  });
}
