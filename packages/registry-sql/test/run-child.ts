import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const hooks = new URL('../../../test/support/source-hooks.mjs', import.meta.url).href;

/** A process that runs a script of `children/`, and the lines it has written so far. */
export interface Child {
  readonly process: ChildProcess;
  readonly lines: string[];
  /** Resolves when the next line came, or the process has ended. */
  nextLine(): Promise<void>;
  /** How it ended: its exit code or the signal that killed it. */
  readonly ended: Promise<number | string | null>;
}

/** Starts a script of `children/`, or the file that `bundleChild` made of one, with the Node that runs this test. */
export function runChild(script: string, ...args: string[]): Child {
  const path = isAbsolute(script) ? script : fileURLToPath(new URL(`./children/${script}`, import.meta.url));
  const options = isAbsolute(script) ? [] : ['--import', hooks];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...options, path, ...args], {
    // Kept from run to run: with it a child starts in a third of the time.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'agentmesh-test-compile-cache') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  let rest = '';
  let waiting = Promise.withResolvers<void>();
  const wake = () => {
    waiting.resolve();
    waiting = Promise.withResolvers();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    wake();
  });
  const ended = new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve(code ?? signal);
      wake();
    });
  });
  return { process: child, lines, nextLine: () => waiting.promise, ended };
}
