import { setImmediate } from 'node:timers/promises';
import { limitMet, type SolverLimits } from './solver-limits.js';

/** Steps between two looks at the signal: some ten milliseconds. */
const STRETCH = 200_000;

/** Counts what a search costs and lets others run in between. */
export class Budget {
  readonly #limits: SolverLimits;
  readonly #signal: AbortSignal | undefined;
  #spent = 0;
  #rested = 0;

  constructor(limits: SolverLimits, signal: AbortSignal | undefined) {
    this.#limits = limits;
    this.#signal = signal;
  }

  /** Throws `SOLVER_LIMIT` when there were too many. */
  spend(steps: number): void {
    this.#spent += steps;
    const { maxSteps } = this.#limits;
    // A limit that is no number lets nothing pass.
    if (!(this.#spent <= maxSteps))
      throw limitMet('Gave up looking for versions that fit together', 'maxSteps', maxSteps);
  }

  /** Now and then a turn of the event loop, without which no abort could arrive. Throws the signal's reason. */
  async rest(): Promise<void> {
    this.#signal?.throwIfAborted();
    if (this.#spent - this.#rested < STRETCH) return;
    this.#rested = this.#spent;
    await setImmediate();
    this.#signal?.throwIfAborted();
  }

  /** Waits for an answer no longer than until the signal fires. Throws the signal's reason. */
  async wait<T>(answer: Promise<T>): Promise<T> {
    const signal = this.#signal;
    if (signal === undefined) return answer;
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([answer, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}
