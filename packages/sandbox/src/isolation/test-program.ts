import { rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Driver, Program } from '../drivers/driver.js';
import type { SelfTest } from './self-test.js';

const GUEST = fileURLToPath(new URL('../guest/box-probe.cjs', import.meta.url));
const EXPECTED = [
  ...['no-file-reads', 'no-folder-reads', 'no-file-writes', 'no-signals', 'no-child-processes', 'network-isolation'],
];
const LIMITS = { descriptors: 64, threads: 16, memoryBytes: 128 * 1024 * 1024, cpuMs: 10_000 };
const TIMEOUT_MS = 20_000;
const MAX_TEXT = 4096;

/**
 * Starts a Node guest that tries to get out of a box by what a plugin would have: files, processes, the network. For
 * systems whose kernel cannot be asked directly. Takes as long as Node takes to start. Never rejects.
 *
 * @param nodePath the Node binary of the guest (default: the running one)
 */
export async function testProgram(driver: Driver, nodePath: string = process.execPath): Promise<SelfTest> {
  const writable = join(tmpdir(), `agentmesh-probe-${process.pid}`);
  const connections: unknown[] = [];
  const trap = await listen((socket) => connections.push(socket));
  try {
    const { port } = trap.address() as AddressInfo;
    const targets = { readable: fileURLToPath(import.meta.url), writable, port, pid: process.pid };
    const answer = await run(driver, probe(nodePath, JSON.stringify(targets)));
    if (typeof answer === 'string') return { held: [], failed: [], failure: answer };
    const held = EXPECTED.filter(
      (name) => answer.has(name) && (name !== 'network-isolation' || connections.length === 0),
    );
    return { held, failed: EXPECTED.filter((name) => !held.includes(name)) };
  } catch (error) {
    return { held: [], failed: [], failure: error instanceof Error ? error.message : String(error) };
  } finally {
    trap.close();
    rmSync(writable, { force: true });
  }
}

function probe(nodePath: string, targets: string): Program {
  return {
    id: 'probe',
    command: (place) => ({
      file: place(nodePath, '/agentmesh/node'),
      args: [place(GUEST, '/agentmesh/box-probe.cjs'), targets],
      env: {},
    }),
  };
}

/** What the guest was denied, or why there was no answer. */
async function run(driver: Driver, program: Program): Promise<Set<unknown> | string> {
  const box = driver.start(program, LIMITS);
  const timer = setTimeout(() => box.kill(), TIMEOUT_MS);
  const text = { channel: '', stderr: '' };
  box.stdout.resume();
  for (const name of ['channel', 'stderr'] as const) {
    box[name].on('data', (chunk: Buffer) => {
      text[name] = (text[name] + chunk.toString()).slice(0, MAX_TEXT);
    });
  }
  const { failure } = await box.closed;
  clearTimeout(timer);
  if (failure !== undefined) return failure.message;
  if (!text.channel.endsWith('\n')) return text.stderr.trim().split('\n')[0] ?? 'it gave no answer';
  const names: unknown = JSON.parse(text.channel);
  return new Set(Array.isArray(names) ? names : []);
}

function listen(onConnection: (socket: unknown) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      onConnection(socket);
      socket.destroy();
    });
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
