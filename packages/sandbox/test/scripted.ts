import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { Box } from '../src/drivers/driver.js';
import { createPlainDriver } from '../src/drivers/plain.js';
import type { Engine, EngineReuse } from '../src/engines/engine.js';
import type { GuestCall } from '../src/pool/guest-call.js';
import { GuestPool, type GuestPoolOptions } from '../src/pool/guest-pool.js';
import { encodeFrame } from '../src/protocol/encode-frame.js';
import { FrameKind } from '../src/protocol/frame.js';
import { DEFAULT_SANDBOX_LIMITS } from '../src/sandbox-limits.js';

const SCRIPT = fileURLToPath(new URL('./guests/scripted-guest.mjs', import.meta.url));
const driver = createPlainDriver('process');
const pools: GuestPool[] = [];

afterAll(() => Promise.all(pools.map((pool) => pool.close())));

/** An engine whose guest does what the name of the function says: test/guests/scripted-guest.mjs. */
export function scriptedEngine(reuse: EngineReuse, maxCalls = 1000, startMode?: string): Engine {
  const args = [SCRIPT, reuse, ...(startMode === undefined ? [] : [startMode])];
  return {
    id: 'quickjs',
    capabilities: { runtimes: ['javascript'], levels: ['process'], extensions: [], reuse, maxCalls },
    command: () => ({ file: process.execPath, args, env: {} }),
    prepare: () => ({ entry: '', files: [], builtins: [] }),
  };
}

/** Starts a guest of such an engine. */
export function startScripted(engine: Engine): Box {
  const { descriptors, threads, memoryBytes } = DEFAULT_SANDBOX_LIMITS;
  return driver.start(engine, { descriptors, threads, memoryBytes });
}

/** A pool of such guests, closed after the file's tests. */
export function scriptedPool(engine: Engine, options: Partial<GuestPoolOptions> = {}): GuestPool {
  const pool = new GuestPool({
    engine,
    limits: DEFAULT_SANDBOX_LIMITS,
    size: 2,
    queue: 100,
    idleMs: 60_000,
    start: () => startScripted(engine),
    ...options,
  });
  pools.push(pool);
  return pool;
}

/** A call of a function of a plugin, for such a guest. */
export function scriptedCall(
  name: string,
  input: unknown = null,
  options: Partial<GuestCall> & { key?: string } = {},
): GuestCall {
  const key = options.key ?? 'plugin-a';
  const { memoryBytes } = DEFAULT_SANDBOX_LIMITS;
  const call = { function: name, input, env: {}, fetch: options.answerFetch !== undefined };
  return {
    plugin: { key, bytes: encodeFrame(FrameKind.plugin, JSON.stringify({ entry: key })) },
    bytes: encodeFrame(FrameKind.call, JSON.stringify(call)),
    timeoutMs: 10_000,
    memoryBytes,
    ...options,
  };
}

/** What the scripted guest tells of itself in a RESULT. */
export interface ScriptedResult {
  readonly name: string;
  readonly input: unknown;
  readonly pid: number;
  readonly calls: number;
  readonly plugin: string;
  readonly fetched?: readonly unknown[];
}

/** Takes a guest of a pool, calls and reads its answer. */
export async function callPool(pool: GuestPool, call: GuestCall): Promise<ScriptedResult> {
  const guest = await pool.acquire(call.plugin.key, call.signal);
  const { frame } = await guest.call(call);
  return JSON.parse(Buffer.from(frame.body).toString());
}

/** True while a process is there; a zombie waits for whoever inherits it and runs no more. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}

/** Waits until `isSo`, at most some seconds. */
export async function until(isSo: () => boolean, ms = 5000): Promise<void> {
  for (const deadline = performance.now() + ms; !isSo(); ) {
    if (performance.now() > deadline) throw new Error('it did not come to be');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
