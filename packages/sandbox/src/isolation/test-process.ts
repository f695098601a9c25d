import { readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Box, BoxLimits, Driver, Program } from '../drivers/driver.js';
import type { Engine } from '../engines/engine.js';
import { Guest } from '../pool/guest.js';
import { encodeFrame } from '../protocol/encode-frame.js';
import { FrameKind } from '../protocol/frame.js';
import type { CallMessage } from '../protocol/messages.js';
import { parseBody } from '../protocol/parse-body.js';
import { DEFAULT_SANDBOX_LIMITS } from '../sandbox-limits.js';
import { GUARD_PROBE, GUARD_PROBE_INPUT } from './guard-probe.js';
import type { Isolation, MissingMechanism } from './isolation.js';

const TIMEOUT_MS = 20_000;
const DEPTH = 2;
const { descriptors, threads, memoryBytes, resultBytes, errorUnits } = DEFAULT_SANDBOX_LIMITS;
const BOX_LIMITS: BoxLimits = { cpuMs: TIMEOUT_MS, descriptors, threads, memoryBytes };
const OF_PROCESSES = ['separate-process', 'process-group-kill', 'kernel-limits', 'memory-watch', 'empty-environment'];
const OF_NODE = [
  ...['no-code-generation', 'no-file-reads', 'no-file-writes', 'no-child-processes', 'no-worker-threads'],
  ...['no-native-addons', 'no-wasi', 'no-inspector', 'module-guard', 'network-isolation'],
];
/** What takes a box of the system, at any level without one. */
const OF_BOXES = ['file-system-namespace', 'process-namespace', 'system-call-filter', 'unprivileged-user'];

const proven = new Map<string, Promise<Isolation>>();

/**
 * What contains a guest without a box: seen from outside while one of the engine waits and, where the engine has a probe,
 * tried from inside. Once for each driver and engine in this process.
 *
 * @throws PluginSandboxError `SANDBOX_UNAVAILABLE` when no guest can be started
 */
export function testProcess(driver: Driver, engine: Engine): Promise<Isolation> {
  const key = JSON.stringify([driver.id, driver.level, engine.id, engine.command((host) => host)]);
  const known = proven.get(key);
  if (known !== undefined) return known;
  const isolation = test(driver, engine);
  proven.set(key, isolation);
  isolation.catch(() => proven.delete(key));
  return isolation;
}

async function test(driver: Driver, engine: Engine): Promise<Isolation> {
  const isNode = engine.id === 'node';
  const { probe } = engine;
  const [outside, inside] = await Promise.all([
    testGuest(driver, engine),
    isNode && probe !== undefined ? testModel(driver, { ...engine, command: (place) => probe(place) }) : [],
  ]);
  const held = new Set([...outside, ...inside]);
  const expected = [...OF_PROCESSES, ...(isNode ? OF_NODE : [])];
  return {
    level: driver.level,
    mechanisms: expected.filter((name) => held.has(name)),
    missing: [...expected.filter((name) => !held.has(name)).map(notHeld), ...OF_BOXES.map(notBuilt)],
  };
}

/** A guest as plugins get it; in the one of Node, a plugin that tries every way to what it may not have. */
async function testGuest(driver: Driver, engine: Engine): Promise<string[]> {
  const box = driver.start(engine, BOX_LIMITS);
  const guest = new Guest(box, { engine, limits: DEFAULT_SANDBOX_LIMITS, waitsForExit: true });
  try {
    await guest.ready;
    const seen = observe(driver, box);
    if (engine.id !== 'node') return seen;
    const reached = await ask(guest, GUARD_PROBE_INPUT, JSON.stringify(GUARD_PROBE));
    // READY was accepted, which takes the second.
    return [...seen, 'no-code-generation', ...(Array.isArray(reached) && reached.length === 0 ? ['module-guard'] : [])];
  } finally {
    await guest.close();
  }
}

/** A guest without our guards: what it is denied, Node's permission model or the driver denies. */
async function testModel(driver: Driver, program: Program & Pick<Engine, 'capabilities' | 'id'>): Promise<string[]> {
  const writable = join(tmpdir(), `agentmesh-probe-${process.pid}`);
  const trap = await listen();
  const guest = new Guest(driver.start(program, BOX_LIMITS), {
    ...{ engine: program, limits: DEFAULT_SANDBOX_LIMITS, waitsForExit: true },
  });
  try {
    await guest.ready;
    const { port } = trap.address() as AddressInfo;
    const held = await ask(guest, { readable: fileURLToPath(import.meta.url), writable, port }, '{}');
    return Array.isArray(held) ? held.filter((item) => typeof item === 'string') : [];
  } finally {
    await guest.close();
    trap.close();
    rmSync(writable, { force: true });
  }
}

async function ask(guest: Guest, input: unknown, plugin: string): Promise<unknown> {
  const call: CallMessage = { function: 'run', input, resultBytes, errorUnits, fetch: false, env: {}, memoryBytes };
  const { frame } = await guest.call({
    plugin: { key: 'probe', bytes: encodeFrame(FrameKind.plugin, plugin) },
    bytes: encodeFrame(FrameKind.call, JSON.stringify(call)),
    timeoutMs: TIMEOUT_MS,
    memoryBytes,
  });
  return parseBody(frame.body, DEPTH);
}

/** What can be seen of a box from outside, while its guest waits. */
function observe(driver: Driver, box: Box): string[] {
  const { pid } = box;
  if (pid === undefined) return [];
  const seen = ['separate-process'];
  if (isGroupLeader(pid)) seen.push('process-group-kill');
  // The shell sets the limits before it becomes the guest; where nothing shows them, they count as missing.
  const limits = read(`/proc/${pid}/limits`);
  if (driver.mechanisms.includes('kernel-limits') && /^Max core file size +0 +0 /m.test(limits))
    seen.push('kernel-limits');
  box.limitMemory(Number.MAX_SAFE_INTEGER, () => undefined);
  if (box.peakMemory() !== undefined) seen.push('memory-watch');
  // The guest refused to be ready with anything else; where the kernel shows it, it has to be so.
  if (!/[^\0]/.test(read(`/proc/${pid}/environ`).replaceAll(/(?:PWD|OLDPWD|SHLVL|_)=[^\0]*/g, '')))
    seen.push('empty-environment');
  return seen;
}

function isGroupLeader(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function notHeld(mechanism: string): MissingMechanism {
  const reason = 'a guest of the live test was not denied what it must be denied, or this system does not show it';
  return { mechanism, reason, fix: 'Use a newer Node for guests, or a system with a box: see SECURITY.md' };
}

function notBuilt(mechanism: string): MissingMechanism {
  return {
    mechanism,
    reason: 'takes a box of the system',
    fix: 'Use the strongest level there is: leave out isolation',
  };
}
