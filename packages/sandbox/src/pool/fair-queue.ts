import { PluginSandboxError } from '../plugin-sandbox-error.js';

/** A call that waits for a guest. */
interface Waiting<T> {
  readonly key: string;
  readonly since: number;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: () => void;
  resolve(guest: T): void;
  reject(error: unknown): void;
}

/** The call of a plugin that waits longest. */
export interface QueueHead {
  /** The plugin's key. */
  readonly key: string;
  /** Since when it waits, on the clock of `performance.now()`. */
  readonly since: number;
}

/**
 * Calls that wait, first come first served for each plugin and in turns between plugins, so that one with many calls does
 * not keep the others out. Bounded: what does not fit is refused at once.
 */
export class FairQueue<T> {
  readonly #limit: number;
  readonly #byKey = new Map<string, Waiting<T>[]>();
  #size = 0;

  /** @param limit most calls that may wait */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Waits for a turn; the signal ends the waiting.
   *
   * @throws PluginSandboxError `SANDBOX_BUSY` when too many wait, `SANDBOX_ABORTED`
   */
  wait(key: string, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) return Promise.reject(aborted(signal.reason));
    if (this.#size >= this.#limit) return Promise.reject(busy(this.#limit));
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.#drop(waiting);
      const waiting: Waiting<T> = { key, since: performance.now(), signal, onAbort, resolve, reject };
      signal?.addEventListener('abort', onAbort, { once: true });
      const line = this.#byKey.get(key);
      if (line === undefined) this.#byKey.set(key, [waiting]);
      else line.push(waiting);
      this.#size += 1;
    });
  }

  /** Whose turn it is, the next plugin first. */
  *heads(): Iterable<QueueHead> {
    for (const line of this.#byKey.values()) if (line[0] !== undefined) yield line[0];
  }

  /** True while a call of this plugin waits. */
  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** Gives `guest` to the next call of a plugin, which then goes to the end of the turns. */
  give(key: string, guest: T): void {
    this.#take(key)?.resolve(guest);
  }

  /** Fails the next call of a plugin. */
  fail(key: string, error: unknown): void {
    this.#take(key)?.reject(error);
  }

  /** Fails every call that waits. */
  failAll(error: unknown): void {
    for (const key of [...this.#byKey.keys()]) while (this.has(key)) this.fail(key, error);
  }

  #take(key: string): Waiting<T> | undefined {
    const line = this.#byKey.get(key);
    const waiting = line?.shift();
    if (line === undefined || waiting === undefined) return undefined;
    this.#byKey.delete(key);
    if (line.length > 0) this.#byKey.set(key, line);
    this.#size -= 1;
    waiting.signal?.removeEventListener('abort', waiting.onAbort);
    return waiting;
  }

  #drop(waiting: Waiting<T>): void {
    const line = this.#byKey.get(waiting.key) ?? [];
    const index = line.indexOf(waiting);
    if (index < 0) return;
    line.splice(index, 1);
    if (line.length === 0) this.#byKey.delete(waiting.key);
    this.#size -= 1;
    waiting.reject(aborted(waiting.signal?.reason));
  }
}

function busy(limit: number): PluginSandboxError {
  return new PluginSandboxError(`All guests are busy and ${limit} calls wait already`, {
    code: 'SANDBOX_BUSY',
    hint: 'Call again later, or give the sandbox a larger pool or a longer queue (options pool.<engine>, pool.queue).',
  });
}

function aborted(reason: unknown): PluginSandboxError {
  return new PluginSandboxError('The call was aborted while it waited for a guest', {
    code: 'SANDBOX_ABORTED',
    cause: reason,
  });
}
