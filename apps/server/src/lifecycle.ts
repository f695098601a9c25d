/** Whether a server runs, is ending, or has to end now. */
export interface Lifecycle {
  /** True from the wish to stop on: no new work is taken. */
  readonly stopping: boolean;
  /** Aborts when work that still runs has to end. */
  readonly signal: AbortSignal;
  stop(): void;
  abort(reason: Error): void;
}

/** The lifecycle of a server that runs. */
export function createLifecycle(): Lifecycle {
  const controller = new AbortController();
  let stopping = false;
  return {
    get stopping() {
      return stopping;
    },
    signal: controller.signal,
    stop() {
      stopping = true;
    },
    abort(reason) {
      stopping = true;
      controller.abort(reason);
    },
  };
}
