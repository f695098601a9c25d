import type { PluginSandboxError } from '../plugin-sandbox-error.js';
import type { FetchedMessage, FetchMessage } from '../protocol/messages.js';
import type { GuestAnswer, GuestCall } from './guest-call.js';

/** Told by a {@link CallUnderWay} that the host ends it. */
export interface CallEnds {
  onTimeout(): void;
  onAbort(reason: unknown): void;
}

/** The call that a guest is busy with: its clock, its signal, its requests, and the promise of its answer. */
export class CallUnderWay {
  readonly request: GuestCall;
  readonly answer: Promise<GuestAnswer>;
  readonly resolve: (answer: GuestAnswer) => void;
  readonly reject: (error: PluginSandboxError) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort: () => void;
  #fetching: AbortController | undefined;
  #delivered: Promise<void> | undefined;
  #isOver = false;

  constructor(request: GuestCall, ends: CallEnds) {
    const { promise, resolve, reject } = Promise.withResolvers<GuestAnswer>();
    this.request = request;
    this.answer = promise;
    this.resolve = resolve;
    this.reject = reject;
    this.#timer = setTimeout(ends.onTimeout, request.timeoutMs);
    this.#onAbort = () => ends.onAbort(request.signal?.reason);
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /**
   * Carries out a request of the plugin's, once the answer to the last one has left: a guest that asks and does not read must
   * not have the host keep what it asked for. `deliver` is not called once the call is over.
   */
  async fetch(message: FetchMessage, deliver: (answer: FetchedMessage) => Promise<void>): Promise<void> {
    this.#fetching ??= new AbortController();
    await this.#delivered;
    const answer = this.#isOver ? undefined : await this.request.answerFetch?.(message, this.#fetching.signal);
    if (answer !== undefined && !this.#isOver) this.#delivered = deliver(answer);
  }

  /** Lets go of everything that waits for the call, requests under way included. */
  release(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.request.signal?.removeEventListener('abort', this.#onAbort);
    this.#fetching?.abort();
  }
}
