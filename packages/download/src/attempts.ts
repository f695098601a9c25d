import { setTimeout as sleep } from 'node:timers/promises';
import type { RetryRules } from './retry-rules.js';

/** Counts attempts and waits between them. */
export class Attempts {
  readonly #rules: RetryRules;
  readonly #signal: AbortSignal;
  #made = 1;

  constructor(rules: RetryRules, signal: AbortSignal) {
    this.#rules = rules;
    this.#signal = signal;
  }

  /**
   * Waits for the next attempt; false, at once, when there is none: too many were made, or the server asks for more patience
   * than allowed.
   *
   * @param askedMs what the server asked for
   */
  async next(askedMs?: number): Promise<boolean> {
    const { attempts, backoffMs, maxWaitMs } = this.#rules;
    if (this.#signal.aborted || this.#made >= attempts || (askedMs ?? 0) > maxWaitMs) return false;
    // Varied, so that many that failed together do not come again together.
    const backoff = backoffMs * 2 ** (this.#made - 1) * (0.75 + Math.random() / 2);
    this.#made += 1;
    await sleep(Math.max(askedMs ?? 0, Math.min(backoff, maxWaitMs)), undefined, { signal: this.#signal });
    return true;
  }
}
