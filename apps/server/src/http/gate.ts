import { MarketplaceError } from '@agentmesh/errors';

/** Lets so many pieces of work run at once; the others wait in order. */
export interface Gate {
  /**
   * Runs `work` when it is its turn.
   *
   * @throws MarketplaceError `SERVER_BUSY` when too many wait already; the signal's reason when it aborts while waiting
   */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/**
 * A gate for `atOnce` pieces of work.
 *
 * @param mostWaiting how many may wait; any more are refused, so that a flood does not fill the memory
 */
export function createGate(atOnce: number, mostWaiting: number): Gate {
  const waiting = new Set<() => void>();
  let running = 0;
  const leave = (): void => {
    const [next] = waiting;
    if (next === undefined) running -= 1;
    else next();
  };
  const enter = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (running < atOnce) {
      running += 1;
      return;
    }
    if (waiting.size >= mostWaiting) throw busy();
    await new Promise<void>((resolve, reject) => {
      // Called by whoever leaves, or at once when nobody waits for it any more.
      const turn = (): void => {
        waiting.delete(turn);
        signal.removeEventListener('abort', turn);
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      waiting.add(turn);
      signal.addEventListener('abort', turn);
    });
  };
  return {
    async run(signal, work) {
      await enter(signal);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

function busy(): MarketplaceError {
  return new MarketplaceError('Too many uploads are waiting for their turn', {
    code: 'SERVER_BUSY',
    hint: 'Send it again in a few seconds.',
  });
}
