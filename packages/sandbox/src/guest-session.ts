import { captureLogs } from './capture-logs.js';
import type { Box } from './drivers/driver.js';
import type { Ending } from './ending.js';
import { endingError } from './ending-error.js';
import type { GuestLog, GuestLogs } from './guest-logs.js';
import { PluginSandboxError } from './plugin-sandbox-error.js';
import { encodeFrame } from './protocol/encode-frame.js';
import { type Frame, FrameKind } from './protocol/frame.js';
import { FrameDecoder } from './protocol/frame-decoder.js';
import { readReady } from './protocol/read-ready.js';
import type { SandboxLimits } from './sandbox-limits.js';

/** What a session is bound to. */
export interface SessionOptions {
  readonly limits: SandboxLimits;
  readonly signal?: AbortSignal | undefined;
  onLog?: ((log: GuestLog) => void) | undefined;
}

/** One guest from READY to its exit: it serves one call. */
export class GuestSession {
  readonly #box: Box;
  readonly #limits: SandboxLimits;
  readonly #logs: () => GuestLogs;
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended: Promise<Ending>;
  #ending: Ending | undefined;
  #wasReady = false;

  constructor(box: Box, { limits, signal, onLog }: SessionOptions) {
    this.#box = box;
    this.#limits = limits;
    const onOverflow = (): void => this.#end({ kind: 'output' });
    this.#logs = captureLogs(box, { bytesKept: limits.logBytesKept, bytesAllowed: limits.logBytes, onOverflow, onLog });
    const decoder = new FrameDecoder(limits);
    box.channel.on('data', (chunk: Buffer) => this.#receive(decoder, chunk));
    const onAbort = (): void => this.abort(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    this.#ended = box.closed.then((exit) => {
      signal?.removeEventListener('abort', onAbort);
      this.#ending ??= { kind: 'exit', exit, wasReady: this.#wasReady, peakMemory: box.peakMemory() };
      return this.#ending;
    });
  }

  /**
   * Sends the call once the guest is ready and `json` is there, and waits for the guest's end.
   *
   * @param json the CALL; when it rejects, the guest is ended and the reason thrown
   * @param timeoutMs counted from when `json` is there
   * @returns the answer's frame, RESULT or ERROR
   * @throws PluginSandboxError for every other end
   */
  async call(json: Promise<string>, timeoutMs: number): Promise<Frame> {
    const text = await this.#orEnded(json);
    const timer = setTimeout(() => this.#end({ kind: 'timeout' }), timeoutMs);
    try {
      await this.#orEnded(this.#ready.promise);
      if (text !== undefined && this.#ending === undefined) this.#send(text);
      const ending = await this.#ended;
      if (ending.kind === 'answer') return ending.frame;
      throw endingError(ending, { limits: this.#limits, timeoutMs, logs: this.#logs() });
    } finally {
      clearTimeout(timer);
    }
  }

  /** What the guest has printed so far. */
  logs(): GuestLogs {
    return this.#logs();
  }

  /** Ends the guest and with it a call under way, which then fails with `SANDBOX_ABORTED`. */
  abort(reason: unknown): void {
    this.#end({ kind: 'aborted', reason });
  }

  /** Kills what is left of the guest and waits until it is gone. */
  async close(): Promise<void> {
    this.#box.kill();
    await this.#ended;
  }

  #send(json: string): void {
    this.#box.limitMemory(this.#limits.memoryBytes, () => this.#end({ kind: 'memory' }));
    this.#box.channel.write(encodeFrame(FrameKind.call, json));
  }

  async #orEnded<T>(work: Promise<T>): Promise<T | undefined> {
    return Promise.race([work, this.#ended.then(() => undefined)]);
  }

  #end(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#box.kill();
  }

  #receive(decoder: FrameDecoder, chunk: Buffer): void {
    if (this.#ending !== undefined) return;
    try {
      for (const frame of decoder.push(chunk)) this.#take(frame);
    } catch (error) {
      if (!(error instanceof PluginSandboxError)) throw error;
      this.#end({ kind: 'broken', error });
    }
  }

  #take(frame: Frame): void {
    if (frame.kind !== FrameKind.ready) {
      this.#end({ kind: 'answer', frame });
      return;
    }
    readReady(frame.body);
    this.#wasReady = true;
    this.#ready.resolve();
  }
}
