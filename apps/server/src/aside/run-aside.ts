import { Worker } from 'node:worker_threads';
import { MarketplaceError } from '@agentmesh/errors';
import { createGate } from '../http/gate.js';
import type { AsideAnswer, AsideTask } from './aside-task.js';

const AT_ONCE = 2;
const MOST_WAITING = 1000;
const TIMEOUT_MS = 30_000;
const MEMORY_MIB = 512;

const gate = createGate(AT_ONCE, MOST_WAITING);
/** Threads of Node take no sources that name each other `.js`: the built one serves those too. */
const script = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/aside/aside-worker.js' : './aside-worker.js',
  import.meta.url,
);

/**
 * Does a task on a thread of its own, so that the server goes on answering. The thread has so much memory and time.
 *
 * @throws MarketplaceError `NOT_PUBLISHABLE` when it took too much
 */
export async function runAside(task: AsideTask): Promise<AsideAnswer> {
  return gate.run(new AbortController().signal, () => start(task));
}

async function start(task: AsideTask): Promise<AsideAnswer> {
  const worker = new Worker(script, {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
    env: {},
    execArgv: [],
  });
  const timer = setTimeout(() => void worker.terminate(), TIMEOUT_MS);
  try {
    return await new Promise<AsideAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', (error) => reject(isOutOfMemory(error) ? tooMuch(error) : error));
      // Without an answer before: its time was over.
      worker.once('exit', () => reject(tooMuch(undefined)));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tooMuch(cause: unknown): MarketplaceError {
  return new MarketplaceError('The manifest or the scripts of the plugin take too long, or too much memory, to read', {
    code: 'NOT_PUBLISHABLE',
    hint: 'Make them smaller: leave out what the plugin does not need.',
    cause,
  });
}
