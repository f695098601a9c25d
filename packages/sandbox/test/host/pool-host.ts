import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createPlainDriver } from '../../src/drivers/plain.js';
import type { Engine, EngineReuse } from '../../src/engines/engine.js';
import { GuestPool } from '../../src/pool/guest-pool.js';
import { encodeFrame } from '../../src/protocol/encode-frame.js';
import { FrameKind } from '../../src/protocol/frame.js';
import { DEFAULT_SANDBOX_LIMITS as limits } from '../../src/sandbox-limits.js';

// A host with a warm pool in a process of its own: makes calls, prints the guests that are left, and then ends as told.
const [reuse, ending, maxCalls = '1000'] = process.argv.slice(2);
if (!isReuse(reuse)) throw new TypeError('expected how guests may be used');

const script = fileURLToPath(new URL('../guests/scripted-guest.mjs', import.meta.url));
const engine: Engine = {
  id: 'quickjs',
  capabilities: { runtimes: ['javascript'], levels: ['process'], extensions: [], reuse, maxCalls: Number(maxCalls) },
  command: () => ({ file: process.execPath, args: [script, reuse], env: {} }),
  prepare: () => ({ entry: '', files: [], builtins: [] }),
};
const driver = createPlainDriver('process');
const { descriptors, threads, memoryBytes } = limits;
const pids: (number | undefined)[] = [];
const pool = new GuestPool({
  ...{ engine, limits, size: 2, queue: 100, idleMs: 60_000 },
  start: () => {
    const box = driver.start(engine, { descriptors, threads, memoryBytes });
    pids.push(box.pid);
    return box;
  },
});

async function call(key: string): Promise<void> {
  const plugin = { key, bytes: encodeFrame(FrameKind.plugin, '{}') };
  const guest = await pool.acquire(key);
  const bytes = encodeFrame(FrameKind.call, JSON.stringify({ function: 'echo', input: 1, env: {} }));
  await guest.call({ plugin, bytes, timeoutMs: 5000, memoryBytes });
}
await Promise.all(['a', 'b', 'a', 'c', 'a', 'a'].map((key) => call(key)));
await call('a');
await call('b');
process.stdout.write(`${pids.join(' ')}\n`);
if (ending === 'no-descriptors') {
  const open = takeDescriptors();
  const codes: unknown[] = [];
  for (let n = 0; n < 4; n += 1) codes.push(await call('a').then(() => 'answered', codeOf));
  for (const descriptor of open) closeSync(descriptor);
  codes.push(await call('a').then(() => 'answered', codeOf));
  process.stdout.write(`${codes.join(' ')}\n`);
}
if (ending === 'wait') setInterval(() => undefined, 1000);
if (ending === 'exit') process.exit(0);
if (ending === 'throw') throw new Error('a fault of the host');

function isReuse(text: string | undefined): text is EngineReuse {
  return text === 'any' || text === 'never' || text === 'plugin';
}

/** All that this process may have. */
function takeDescriptors(): number[] {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    return taken;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error;
}
