import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const HOOKS = join(import.meta.dirname, '../../../test/support/source-hooks.mjs');
const CHILD = join(import.meta.dirname, 'child.mjs');

/** One process of `child.mjs`. */
export interface Child {
  /** Resolves when it has loaded and begins. */
  readonly ready: Promise<void>;
  /** Steps that it said were done. */
  done(): number;
  /** Resolves when it has said so of that many steps. */
  doneTo(count: number): Promise<void>;
  /** Ends it with SIGKILL and waits until it is gone and all it said has been read. */
  kill(): Promise<void>;
  /** Waits for its end; rejects with its stderr when that was no success. */
  finished(): Promise<void>;
}

/** @param cache folder of compiled sources, which a process that ends by itself fills: starting takes a third of the time then */
export function startChild(args: readonly string[], cache: string): Child {
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', HOOKS, CHILD, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_COMPILE_CACHE: cache } },
  );
  let said = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const closed = once(child, 'close');
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    void closed.then(() => reject(new Error(`The child ended: ${errors}`)));
  });
  const done = (): number => said.split('\n').filter((line) => line === 'done').length;
  return {
    ready,
    done,
    async doneTo(count) {
      while (done() < count) await once(child.stdout, 'data');
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
      if (child.signalCode !== 'SIGKILL') throw new Error(`The child ended by itself: ${errors}`);
    },
    async finished() {
      await closed;
      if (child.exitCode !== 0) throw new Error(errors);
    },
  };
}
