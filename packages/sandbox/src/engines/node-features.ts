import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { printable } from '@agentmesh/errors';
import { PluginSandboxError } from '../plugin-sandbox-error.js';

const run = promisify(execFile);
const QUESTION = 'process.stdout.write(JSON.stringify([...process.allowedNodeEnvironmentFlags]))';
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

/**
 * Which options the Node of guests knows. The running one is asked in place, another one is started once.
 *
 * @throws PluginSandboxError `SANDBOX_UNAVAILABLE` when it cannot be started
 */
export async function nodeFeatures(nodePath: string): Promise<(option: string) => boolean> {
  if (nodePath === process.execPath) return (option) => process.allowedNodeEnvironmentFlags.has(option);
  try {
    const { stdout } = await run(nodePath, ['-e', QUESTION], { env: {}, timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES });
    const known: unknown = JSON.parse(stdout);
    const options = new Set(Array.isArray(known) ? known : []);
    return (option) => options.has(option);
  } catch (error) {
    throw new PluginSandboxError(`Node could not be started from ${printable(nodePath)}`, {
      code: 'SANDBOX_UNAVAILABLE',
      hint: 'Give the path of a Node binary as nodePath, or leave it out.',
      cause: error,
    });
  }
}
