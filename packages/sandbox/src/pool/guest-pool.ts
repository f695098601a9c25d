import type { Box } from '../drivers/driver.js';
import type { Engine } from '../engines/engine.js';
import type { GuestLog } from '../guest-logs.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import { closedError } from './closed-error.js';
import { FairQueue, type QueueHead } from './fair-queue.js';
import { Guest, type GuestOptions } from './guest.js';
import { pickVictim } from './pick-victim.js';

/** So many guests that were started one after the other and none became ready: there is more behind it than chance. */
const MAX_FAILED_STARTS = 3;

/** What a {@link GuestPool} keeps. */
export interface GuestPoolOptions {
  readonly engine: Pick<Engine, 'capabilities' | 'id'>;
  readonly limits: SandboxLimits;
  /** Most processes at a time. */
  readonly size: number;
  /** Most calls that wait. */
  readonly queue: number;
  /** How long an unused guest stays, in milliseconds. */
  readonly idleMs: number;
  readonly onLog?: ((log: GuestLog) => void) | undefined;
  /** Starts a process. */
  start(): Box;
}

/**
 * Warm guests of one engine. Which of them a call gets is the engine's `reuse`: `never`, one that was not used before, and
 * after the reply another is started in its place; `plugin`, one that serves this plugin or none yet; `any`, whichever is
 * free. Idle guests do not keep the host's process alive.
 */
export class GuestPool {
  readonly #options: GuestPoolOptions;
  readonly #guestOptions: GuestOptions;
  readonly #guests = new Set<Guest>();
  readonly #free: Guest[] = [];
  readonly #queue: FairQueue<Guest>;
  #starting = 0;
  /** Since one succeeded. */
  #failedStarts = 0;
  #lastUse = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: GuestPoolOptions) {
    this.#options = options;
    this.#queue = new FairQueue(options.queue);
    this.#guestOptions = {
      engine: options.engine,
      limits: options.limits,
      onLog: options.onLog,
      waitsForExit: false,
      onFree: (guest) => this.#addFree(guest),
      onGone: (guest) => this.#remove(guest),
    };
  }

  /**
   * A guest that is ready and free, for one call of a plugin; waits for its turn where there is none.
   *
   * @param key the plugin's
   * @throws PluginSandboxError `SANDBOX_BUSY`, `SANDBOX_ABORTED`, `SANDBOX_UNAVAILABLE` when none can be started
   */
  acquire(key: string, signal?: AbortSignal): Guest | Promise<Guest> {
    if (this.#isClosed) throw closedError();
    this.#lastUse = performance.now();
    const guest = this.#queue.size === 0 ? this.#takeFree(key) : undefined;
    if (guest !== undefined) return guest;
    const turn = this.#queue.wait(key, signal);
    this.#dispatch();
    return turn;
  }

  /** Ends every guest and every call; returns once no process is left. */
  async close(reason?: unknown): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#idleTimer);
    this.#queue.failAll(closedError(reason));
    await Promise.all([...this.#guests].map((guest) => guest.close(reason)));
  }

  /** Gives free guests to those whose turn it is, and starts or makes room for more. */
  #dispatch(): void {
    let unserved = 0;
    for (const head of this.#queue.heads()) {
      const guest = this.#takeFree(head.key);
      if (guest !== undefined) this.#queue.give(head.key, guest);
      else {
        unserved += 1;
        if (this.#starting < unserved && this.#isFull()) this.#evictFor(head);
      }
    }
    while (this.#starting < this.#queue.size && !this.#isFull()) this.#start();
  }

  #takeFree(key: string): Guest | undefined {
    let index = this.#free.length - 1;
    if (this.#options.engine.capabilities.reuse === 'plugin') {
      index = this.#free.findLastIndex((guest) => guest.plugin === key);
      if (index < 0) index = this.#free.findIndex((guest) => guest.plugin === undefined);
    }
    const guest = this.#free[index];
    if (guest !== undefined) this.#free.splice(index, 1);
    return guest;
  }

  /** One that is on its way out makes room, too: as many as end now need not be ended. */
  #evictFor(head: QueueHead): void {
    const guests = [...this.#guests];
    if (guests.some((guest) => guest.isEnding)) return;
    const hasOwn = guests.some((guest) => guest.plugin === head.key);
    const victim = pickVictim(head, { free: this.#free, hasOwn, isWanted: (plugin) => this.#queue.has(plugin) });
    if (victim !== undefined) this.#retire(victim);
  }

  #isFull(): boolean {
    return this.#guests.size >= this.#options.size;
  }

  /** False where no process could be made: the calls that wait are failed then. */
  #start(): boolean {
    this.#starting += 1;
    try {
      const startedAt = performance.now();
      const guest = new Guest(this.#options.start(), { ...this.#guestOptions, startedAt });
      this.#guests.add(guest);
      guest.ready.catch((error: unknown) => this.#failStart(error));
    } catch (error) {
      this.#starting -= 1;
      this.#queue.failAll(error);
      return false;
    }
    const { idleMs } = this.#options;
    this.#idleTimer ??= setInterval(() => this.#retireIdle(), Math.max(10, idleMs / 4)).unref();
    return true;
  }

  #addFree(guest: Guest): void {
    if (guest.calls === 0) this.#noteStart();
    if (guest.isEnding) return;
    if (guest.calls >= this.#options.engine.capabilities.maxCalls) {
      this.#retire(guest);
      return;
    }
    guest.freeSince = performance.now();
    this.#free.push(guest);
    this.#dispatch();
  }

  #retire(guest: Guest): void {
    const index = this.#free.indexOf(guest);
    if (index >= 0) this.#free.splice(index, 1);
    guest.abort(undefined);
  }

  #remove(guest: Guest): void {
    this.#guests.delete(guest);
    const index = this.#free.indexOf(guest);
    if (index >= 0) this.#free.splice(index, 1);
    if (this.#isClosed) return;
    if (!guest.wasReady) this.#starting -= 1;
    this.#dispatch();
    if (guest.wasReady) this.#refill();
    if (this.#guests.size > 0) return;
    clearInterval(this.#idleTimer);
    this.#idleTimer = undefined;
  }

  /** Guests that serve one call are kept in stock, as long as there was a call lately. */
  #refill(): void {
    if (this.#options.engine.capabilities.reuse !== 'never' || this.#isIdle(this.#lastUse)) return;
    let canStart = true;
    while (canStart && !this.#isFull()) canStart = this.#start();
  }

  #noteStart(): void {
    this.#starting -= 1;
    this.#failedStarts = 0;
  }

  /** One that was killed while it started says little; when one after the other fails and there is none, there will be none. */
  #failStart(error: unknown): void {
    this.#failedStarts += 1;
    if (this.#failedStarts < MAX_FAILED_STARTS || [...this.#guests].some((guest) => guest.wasReady)) return;
    this.#failedStarts = 0;
    this.#queue.failAll(error);
  }

  #retireIdle(): void {
    const isStock = this.#options.engine.capabilities.reuse === 'never';
    for (const guest of [...this.#free]) {
      if (this.#isIdle(isStock ? this.#lastUse : guest.freeSince)) this.#retire(guest);
    }
  }

  #isIdle(since: number): boolean {
    return performance.now() - since >= this.#options.idleMs;
  }
}
