import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from './sqlite-fault.js';

/** How long a process waits for others that write, in milliseconds. */
const PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 10;

/** Tries until nobody else holds the lock. The pauses differ, so that processes do not meet again and again. */
export async function retryBusy<T>(work: () => T): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await sleep(Math.random() * LONGEST_PAUSE_MS);
  }
}
