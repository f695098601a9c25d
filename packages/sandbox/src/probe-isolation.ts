import { existsSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Driver } from './drivers/driver.js';
import type { Engine } from './engines/engine.js';
import { GUARD_PROBE } from './engines/guard-probe.js';
import { GuestSession } from './guest-session.js';
import type { Isolation } from './isolation.js';
import { parseBody } from './protocol/parse-body.js';
import { DEFAULT_SANDBOX_LIMITS } from './sandbox-limits.js';

const TIMEOUT_MS = 20_000;
const BOX_LIMITS = { cpuMs: TIMEOUT_MS, descriptors: DEFAULT_SANDBOX_LIMITS.descriptors };
const EXPECTED = [
  ...['separate-process', 'process-group-kill', 'kernel-limits', 'memory-watch', 'empty-environment'],
  ...['no-code-generation', 'no-file-reads', 'no-file-writes', 'no-child-processes', 'no-worker-threads'],
  ...['no-native-addons', 'no-wasi', 'no-inspector', 'module-guard', 'network-isolation'],
];
/** What no driver here does yet, at any level. */
const NOT_BUILT = ['file-system-namespace', 'process-namespace', 'system-call-filter', 'unprivileged-user'];

const proven = new Map<string, Promise<Isolation>>();

/** See `PluginSandbox.isolation`. Asked once for each guest command in this process. */
export function probeIsolation(driver: Driver, engine: Engine): Promise<Isolation> {
  const key = JSON.stringify([driver.id, engine.command(driver.level)]);
  const known = proven.get(key) ?? probe(driver, engine);
  proven.set(key, known);
  known.catch(() => proven.delete(key));
  return known;
}

async function probe(driver: Driver, engine: Engine): Promise<Isolation> {
  const [box, guard] = await Promise.all([probeBox(driver, engine), probeGuard(driver, engine)]);
  const held = new Set([...box, ...guard]);
  return {
    level: driver.level,
    mechanisms: EXPECTED.filter((name) => held.has(name)),
    missing: [...EXPECTED.filter((name) => !held.has(name)), ...NOT_BUILT],
  };
}

/** A guest without our guards: what it is denied, Node's permission model or the driver denies. */
async function probeBox(driver: Driver, engine: Engine): Promise<string[]> {
  const writable = join(tmpdir(), `agentmesh-probe-${process.pid}`);
  const trap = await listen();
  try {
    const { port } = trap.address() as AddressInfo;
    const input = { readable: fileURLToPath(import.meta.url), writable, port };
    const box = driver.start(engine.probe(driver.level), BOX_LIMITS);
    const seen: string[] = [];
    // Once it speaks it is what it will be: before that the launcher may still be setting limits.
    box.channel.once('data', () => seen.push(...observe(driver, box.pid)));
    const session = new GuestSession(box, { limits: DEFAULT_SANDBOX_LIMITS });
    const frame = await session.call(Promise.resolve(JSON.stringify({ input })), TIMEOUT_MS);
    if (box.peakMemory() !== undefined) seen.push('memory-watch');
    // READY was accepted, which takes these two.
    return [...seen, 'no-code-generation', 'empty-environment', ...strings(parseBody(frame.body, 2))];
  } finally {
    trap.close();
    rmSync(writable, { force: true });
  }
}

/** The plugin's view: a plugin that tries every way to what it may not have. */
async function probeGuard(driver: Driver, engine: Engine): Promise<string[]> {
  const box = driver.start(engine.command(driver.level), BOX_LIMITS);
  const session = new GuestSession(box, { limits: DEFAULT_SANDBOX_LIMITS });
  const frame = await session.call(Promise.resolve(JSON.stringify(GUARD_PROBE)), TIMEOUT_MS);
  const reached: unknown = parseBody(frame.body, 2);
  return Array.isArray(reached) && reached.length === 0 ? ['module-guard'] : [];
}

/** What can be seen of a box from outside. */
function observe(driver: Driver, pid: number | undefined): string[] {
  if (pid === undefined) return [];
  const seen = ['separate-process'];
  if (isGroupLeader(pid)) seen.push('process-group-kill');
  if (driver.mechanisms.includes('kernel-limits') && hasKernelLimits(pid)) seen.push('kernel-limits');
  return seen;
}

function isGroupLeader(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

/** The shell sets the limits before it becomes the guest; where nothing shows them, they count as missing. */
function hasKernelLimits(pid: number): boolean {
  const path = `/proc/${pid}/limits`;
  return existsSync(path) && /^Max core file size +0 +0 /m.test(readFileSync(path, 'latin1'));
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
