import type { QueueHead } from './fair-queue.js';
import type { Guest } from './guest.js';

/** How long a call waits before a guest that another plugin still uses is taken from that. */
const PATIENCE_MS = 100;
/** The same where its plugin has a guest, only a busy one. */
const PATIENCE_WITH_GUEST_MS = 1000;
/** How long a guest serves its plugin at least before it is taken away: starting one costs as much as many calls. */
const TENURE_MS = 200;

/** Among whom {@link pickVictim} picks. */
export interface VictimChoice {
  /** Guests that are free, each bound to another plugin than the head's. */
  readonly free: readonly Guest[];
  /** Whether a guest, free or not, is bound to the head's plugin. */
  readonly hasOwn: boolean;
  /** Whether calls of a plugin wait. */
  isWanted(plugin: string): boolean;
}

/**
 * The free guest to end for a plugin that has none: one that nobody waits for, else, once the plugin has waited, one that has
 * served another for a while. Undefined while patience is better.
 */
export function pickVictim(head: QueueHead, { free, hasOwn, isWanted }: VictimChoice): Guest | undefined {
  const now = performance.now();
  const isImpatient = now - head.since > (hasOwn ? PATIENCE_WITH_GUEST_MS : PATIENCE_MS);
  return free.find((guest) => {
    if (guest.plugin === undefined || !isWanted(guest.plugin)) return true;
    return isImpatient && now - guest.boundSince > TENURE_MS;
  });
}
