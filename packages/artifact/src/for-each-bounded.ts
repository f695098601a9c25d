import { TaskPool } from './task-pool.js';

/** How {@link forEachBounded} spreads the work. */
export interface BoundedOptions {
  /** Most calls under way at a time. */
  readonly width: number;
  readonly signal?: AbortSignal | undefined;
}

/** Does the work for every item, side by side. When it throws (the first failure, or the signal's reason), no call is under way any more. */
export async function forEachBounded<T>(
  items: Iterable<T>,
  options: BoundedOptions,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const pool = new TaskPool(options.width, options.signal);
  try {
    for (const item of items) await pool.add(() => work(item));
  } finally {
    // Throws the same first failure again, once the calls under way have ended.
    await pool.settle();
  }
}
