import type { Duplex } from 'node:stream';
import type { Engine } from '../engines/engine.js';
import { PluginSandboxError } from '../plugin-sandbox-error.js';
import { encodeFrame } from '../protocol/encode-frame.js';
import { type Frame, FrameKind } from '../protocol/frame.js';
import { FrameDecoder, type FrameLimits } from '../protocol/frame-decoder.js';
import type { FetchedMessage, FetchMessage, LogMessage } from '../protocol/messages.js';
import { readFetch } from '../protocol/read-fetch.js';
import { readLog } from '../protocol/read-log.js';
import { readReady } from '../protocol/read-ready.js';

const NO_CHECKS: readonly string[] = [];

/** What a guest says, checked. */
export interface GuestEvents {
  onReady(): void;
  onLog(message: LogMessage): void;
  onFetch(message: FetchMessage): void;
  /** RESULT or ERROR, unread. */
  onAnswer(frame: Frame): void;
  onIdle(): void;
  /** It broke the protocol, or is not what it should be; it has to be ended. */
  onBroken(error: PluginSandboxError): void;
}

/** The host's end of a guest's channel: what comes over it is hostile until it is an event. */
export class GuestChannel {
  readonly #stream: Duplex;
  readonly #engine: Pick<Engine, 'capabilities' | 'id'>;
  readonly #events: GuestEvents;
  readonly #decoder: FrameDecoder;
  #isClosed = false;

  constructor(
    stream: Duplex,
    options: { engine: Pick<Engine, 'capabilities' | 'id'>; limits: FrameLimits; events: GuestEvents },
  ) {
    this.#stream = stream;
    this.#engine = options.engine;
    this.#events = options.events;
    this.#decoder = new FrameDecoder(options.limits, options.engine.capabilities.reuse !== 'never');
    const take = (frame: Frame): void => this.#take(frame);
    stream.on('data', (chunk: Buffer) => this.#receive(chunk, take));
  }

  /** Sends whole frames, the last of them CALL. */
  call(frames: readonly Buffer[], mayFetch: boolean): void {
    this.#decoder.begin(mayFetch);
    this.#stream.cork();
    for (const frame of frames) this.#stream.write(frame);
    this.#stream.uncork();
  }

  /** Answers the request of the last `onFetch`; settles once the answer has left this process, or never can. */
  async fetched(answer: FetchedMessage): Promise<void> {
    if (this.#isClosed) return;
    this.#decoder.fetched();
    const frame = encodeFrame(FrameKind.fetched, JSON.stringify(answer));
    await new Promise<void>((resolve) => this.#stream.write(frame, () => resolve()));
  }

  /** From now on nothing that comes is looked at. */
  close(): void {
    this.#isClosed = true;
  }

  #receive(chunk: Buffer, take: (frame: Frame) => void): void {
    if (this.#isClosed) return;
    try {
      this.#decoder.push(chunk, take);
    } catch (error) {
      if (!(error instanceof PluginSandboxError)) throw error;
      this.#events.onBroken(error);
    }
  }

  #take(frame: Frame): void {
    if (this.#isClosed) return;
    const { kind, body } = frame;
    if (kind === FrameKind.log) this.#events.onLog(readLog(body));
    else if (kind === FrameKind.fetch) this.#events.onFetch(readFetch(body));
    else if (kind === FrameKind.idle) this.#events.onIdle();
    else if (kind !== FrameKind.ready) this.#events.onAnswer(frame);
    else {
      const { id, capabilities } = this.#engine;
      readReady(body, { engine: id, checks: capabilities.checks ?? NO_CHECKS });
      this.#events.onReady();
    }
  }
}
