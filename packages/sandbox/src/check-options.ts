import { defaultMinimum } from './isolation/default-minimum.js';
import { meetsIsolation } from './isolation/isolation.js';
import { PluginSandboxError } from './plugin-sandbox-error.js';
import type { PluginSandboxOptions } from './sandbox-options.js';

const MAX_GUESTS = 256;
const MAX_MS = 2 ** 31 - 1;
const MAX_QUEUE = 1_000_000;

/**
 * Checks what the limits do not.
 *
 * @throws PluginSandboxError `SANDBOX_INVALID_CALL` for a pool out of range, or a level to use below the minimum
 */
export function checkOptions(options: PluginSandboxOptions): void {
  const { pool = {}, isolation, minimumIsolation = defaultMinimum() } = options;
  const { node, quickjs, python, wasm, idleMs, queue } = pool;
  const sizes = { node, quickjs, wasm, python: typeof python === 'boolean' ? Number(python) : python };
  for (const [name, size] of Object.entries(sizes)) checkInteger(`pool.${name}`, size, { least: 0, most: MAX_GUESTS });
  checkInteger('pool.idleMs', idleMs, { least: 1, most: MAX_MS });
  checkInteger('pool.queue', queue, { least: 1, most: MAX_QUEUE });
  if (isolation === undefined || meetsIsolation(isolation, minimumIsolation)) return;
  throw new PluginSandboxError(`The level ${isolation} is below the minimum, ${minimumIsolation}`, {
    code: 'SANDBOX_INVALID_CALL',
    hint: `Lower the minimum on purpose with minimumIsolation: '${isolation}', or leave isolation out.`,
  });
}

function checkInteger(name: string, value: number | undefined, { least, most }: { least: number; most: number }): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw new PluginSandboxError(`Expected ${name} to be an integer from ${least} to ${most}, got ${String(value)}`, {
    code: 'SANDBOX_INVALID_CALL',
    hint: 'Times are in milliseconds.',
  });
}
