import { setImmediate as nextTurn } from 'node:timers/promises';

/** Long enough that giving way costs next to nothing, short enough that nobody else waits noticeably. */
const SLICE_MS = 8;

/**
 * Does blocking work for every item, giving way to the event loop every few milliseconds. For many small files blocking calls
 * cost a fraction of queued ones, each of which crosses threads twice.
 *
 * @throws the signal's reason; the first failure of the work
 */
export async function forEachInSlices<T>(
  items: Iterable<T>,
  signal: AbortSignal | undefined,
  work: (item: T) => void,
): Promise<void> {
  signal?.throwIfAborted();
  let began = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - began < SLICE_MS) continue;
    await nextTurn();
    signal?.throwIfAborted();
    began = performance.now();
  }
}
