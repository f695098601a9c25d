import assert from 'node:assert/strict';
import type { ResolverTrial } from './trial.js';

/** What a fetch may take to stop, in milliseconds. */
export const SETTLE_MS = 1_000;

/** Waits for the end of a fetch, which comes within a second of the abort. */
export async function soon(fetching: Promise<ResolverTrial>, signal: AbortSignal): Promise<ResolverTrial> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setTimeout(resolve, SETTLE_MS);
  };
  if (signal.aborted) start();
  else signal.addEventListener('abort', start, { once: true });
  const trial = await Promise.race([fetching, late]);
  clearTimeout(timer);
  assert.ok(trial, `The fetch went on for more than ${SETTLE_MS} ms after it was cancelled`);
  return trial;
}
