import type { Box } from '../drivers/driver.js';
import { closedError } from './closed-error.js';
import { FairQueue } from './fair-queue.js';
import { Guest, type GuestOptions } from './guest.js';

/** How many processes {@link FreshGuests} starts. */
export interface FreshGuestsOptions {
  /** Most processes at a time. */
  readonly size: number;
  /** Most calls that wait. */
  readonly queue: number;
}

/** One guest of its own for a call. */
export interface FreshRequest extends Omit<GuestOptions, 'onFree' | 'onGone' | 'startedAt' | 'waitsForExit'> {
  /** The plugin's. */
  readonly key: string;
  readonly signal?: AbortSignal | undefined;
  /** Starts the process. */
  start(): Box;
}

/** Guests started for one call each, no more at a time than the machine is to bear. */
export class FreshGuests {
  readonly #size: number;
  readonly #guests = new Set<Guest>();
  readonly #queue: FairQueue<void>;
  #running = 0;
  #isClosed = false;

  constructor({ size, queue }: FreshGuestsOptions) {
    this.#size = size;
    this.#queue = new FairQueue(queue);
  }

  /**
   * A guest that was just started and is ready; whoever takes it has to close it.
   *
   * @throws PluginSandboxError `SANDBOX_BUSY`, `SANDBOX_ABORTED`, `SANDBOX_UNAVAILABLE`
   */
  async acquire(request: FreshRequest): Promise<Guest> {
    if (this.#isClosed) throw closedError();
    if (this.#running >= this.#size) await this.#queue.wait(request.key, request.signal);
    else this.#running += 1;
    if (this.#isClosed) throw closedError();
    const guest = this.#start(request);
    const onAbort = (): void => guest.abort(request.signal?.reason);
    request.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      if (request.signal?.aborted === true) onAbort();
      await guest.ready;
      return guest;
    } catch (error) {
      await guest.closed;
      throw error;
    } finally {
      request.signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Ends every guest and every call; returns once no process is left. */
  async close(reason?: unknown): Promise<void> {
    this.#isClosed = true;
    this.#queue.failAll(closedError(reason));
    await Promise.all([...this.#guests].map((guest) => guest.close(reason)));
  }

  #start({ start, key: _key, signal: _signal, ...options }: FreshRequest): Guest {
    try {
      const onGone = (gone: Guest): void => {
        this.#guests.delete(gone);
        this.#release();
      };
      const startedAt = performance.now();
      const guest = new Guest(start(), { ...options, startedAt, waitsForExit: true, onGone });
      this.#guests.add(guest);
      return guest;
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** The place goes to the next that waits, if there is one. */
  #release(): void {
    const [head] = this.#queue.heads();
    if (head === undefined) this.#running -= 1;
    else this.#queue.give(head.key);
  }
}
