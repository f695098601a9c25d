const MAX_TIMER_MS = 2 ** 31 - 1;

/** One signal out of the caller's signal and a time limit. */
export interface FetchDeadline {
  readonly signal: AbortSignal;
  /** True once the time limit, not the caller, ended the fetch. */
  expired(): boolean;
  /** Frees the timer and lets go of the caller's signal. */
  end(): void;
}

/**
 * Starts the clock. `AbortSignal.timeout` would not do: its timer does not keep the process alive, and
 * `AbortSignal.any` leaves a trace on a long-lived signal for each fetch.
 */
export function startDeadline(timeoutMs: number, caller?: AbortSignal): FetchDeadline {
  const controller = new AbortController();
  let expired = false;
  const expire = () => {
    expired = !controller.signal.aborted;
    controller.abort(new DOMException('The fetch took too long', 'TimeoutError'));
  };
  const giveUp = () => controller.abort(caller?.reason);
  const timer = setTimeout(expire, Math.min(timeoutMs, MAX_TIMER_MS));
  caller?.addEventListener('abort', giveUp, { once: true });
  if (caller?.aborted) giveUp();
  return {
    signal: controller.signal,
    expired: () => expired,
    end: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', giveUp);
    },
  };
}
