import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/agentmesh-server.js', import.meta.url));

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Everything it said: where it listens, and its log. */
  readonly output: () => string;
  readonly ended: Promise<number | string | null>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts the built server with these flags on a free port, and waits until it says where it listens. */
export async function startServerProcess(...args: readonly string[]): Promise<ServerProcess> {
  return startWatchedProcess([], ...args);
}

/** The same, with flags of Node that go before. */
export async function startWatchedProcess(node: readonly string[], ...args: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [...node, bin, '--port', '0', ...args], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  const listening = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const url = /listens at (\S+)\n/.exec(output)?.[1];
      if (url !== undefined) listening.resolve(url);
    });
  }
  const ended = new Promise<number | string | null>((resolve) => {
    child.on('close', (code, signal) => {
      listening.reject(new Error(`The server ended with ${code ?? signal}: ${output}`));
      resolve(code ?? signal);
    });
  });
  const url = await listening.promise;
  return { url, pid: child.pid ?? 0, output: () => output, ended, kill: (signal) => void child.kill(signal) };
}
