/**
 * Runs tasks side by side, at most `width` at a time, and stops taking new ones after the first failure or an abort.
 * Whoever starts tasks awaits {@link TaskPool.settle} before cleaning up, so that nothing is still under way then.
 */
export class TaskPool {
  readonly #width: number;
  readonly #signal: AbortSignal | undefined;
  #running = 0;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => {};

  constructor(width: number, signal?: AbortSignal) {
    this.#width = width;
    this.#signal = signal;
  }

  /** Starts the task as soon as there is room. Throws the first failure so far, or the signal's reason. One caller at a time. */
  async add(task: () => Promise<void>): Promise<void> {
    while (this.#running >= this.#width) await this.#oneEnds();
    this.#throwIfStopped();
    this.#running += 1;
    void this.#run(task);
  }

  /** Waits until no task runs; throws the first failure. */
  async settle(): Promise<void> {
    await this.idle();
    this.#throwIfStopped();
  }

  /** Waits until no task runs, whatever became of them. */
  async idle(): Promise<void> {
    while (this.#running > 0) await this.#oneEnds();
  }

  async #run(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.#running -= 1;
      this.#wake();
    }
  }

  #oneEnds(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #throwIfStopped(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#signal?.throwIfAborted();
  }
}
