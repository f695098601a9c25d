import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A server program that was started by a test. */
export interface ChildServer {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** How a server program is started. */
export interface ChildServerOptions {
  readonly command: string;
  args(port: number): readonly string[] | Promise<readonly string[]>;
  /** Path that answers, whatever the status, once the server is ready. */
  readonly ready: string;
}

const ATTEMPTS = 200;
const PAUSE_MS = 100;

/** Starts a program that serves HTTP on a free port of 127.0.0.1, and waits until it answers. */
export async function startChildServer({ command, args, ready }: ChildServerOptions): Promise<ChildServer> {
  const port = await freePort();
  const child = spawn(command, await args(port), { stdio: 'ignore' });
  const failed = once(child, 'error').then(([error]) => Promise.reject(error));
  failed.catch(() => undefined);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
    const answer = await Promise.race([fetch(`http://127.0.0.1:${port}${ready}`).catch(() => undefined), failed]);
    await answer?.arrayBuffer();
    if (answer !== undefined) return { port, pid: child.pid ?? 0, stop: () => stop(child) };
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  await stop(child);
  throw new Error(`${command} did not answer within ${(ATTEMPTS * PAUSE_MS) / 1000} s`);
}

/** A port of 127.0.0.1 that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP port');
  return address.port;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
