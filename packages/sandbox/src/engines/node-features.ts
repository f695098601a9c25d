import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { printable } from '@agentmesh/errors';
import { PluginSandboxError } from '../plugin-sandbox-error.js';

const run = promisify(execFile);
const QUESTION =
  'process.stdout.write(JSON.stringify([process.versions.node, ...process.allowedNodeEnvironmentFlags]))';
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

/** What the Node of guests is and knows. */
export interface NodeFeatures {
  /** First number of its version. */
  readonly major: number;
  /** Whether it knows an option: `--disable-sigusr1`. */
  knows(option: string): boolean;
}

/**
 * Which options the Node of guests knows. The running one is asked in place, another one is started once.
 *
 * @throws PluginSandboxError `SANDBOX_UNAVAILABLE` when it cannot be started
 */
export async function nodeFeatures(nodePath: string): Promise<NodeFeatures> {
  if (nodePath === process.execPath) {
    return featuresOf(process.versions.node, process.allowedNodeEnvironmentFlags);
  }
  try {
    const { stdout } = await run(nodePath, ['-e', QUESTION], { env: {}, timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES });
    const known: unknown = JSON.parse(stdout);
    const [version, ...options] = Array.isArray(known) ? known.map(String) : [];
    return featuresOf(version ?? '', new Set(options));
  } catch (error) {
    throw new PluginSandboxError(`Node could not be started from ${printable(nodePath)}`, {
      code: 'SANDBOX_UNAVAILABLE',
      hint: 'Give the path of a Node binary as nodePath, or leave it out.',
      cause: error,
    });
  }
}

function featuresOf(version: string, options: ReadonlySet<string>): NodeFeatures {
  return { major: Number.parseInt(version, 10), knows: (option) => options.has(option) };
}
