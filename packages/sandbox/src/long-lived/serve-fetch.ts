import type { Duplex } from 'node:stream';
import { PluginSandboxError } from '../plugin-sandbox-error.js';
import type { AnswerFetch } from '../pool/guest-call.js';
import { encodeFrame } from '../protocol/encode-frame.js';
import { type Frame, FrameKind } from '../protocol/frame.js';
import { FrameDecoder, type FrameLimits } from '../protocol/frame-decoder.js';
import type { FetchedMessage, FetchMessage } from '../protocol/messages.js';
import { readFetch } from '../protocol/read-fetch.js';

/** Requests of one process that are under way at once; an answer may be large. */
const AT_ONCE = 4;

/** What a {@link serveFetch} works with. */
export interface ServeFetchOptions {
  readonly answer: AnswerFetch;
  readonly limits: FrameLimits;
  /** Aborted when the process is gone. */
  readonly signal: AbortSignal;
  /** The process broke the protocol; it has to be ended. */
  onBroken(): void;
}

/**
 * Carries out the requests that come over the channel of a long-lived process, and answers them in their order. While several are
 * under way no more is read, so that one that floods the channel waits.
 */
export function serveFetch(channel: Duplex, { answer, limits, signal, onBroken }: ServeFetchOptions): void {
  const decoder = FrameDecoder.ofRequests(limits);
  const waiting: FetchMessage[] = [];
  let atWork = 0;
  let last: Promise<void> = Promise.resolve();
  const next = (): void => {
    for (; atWork < AT_ONCE && waiting.length > 0; atWork += 1) work(waiting.shift());
    if (waiting.length > 0) channel.pause();
    else channel.resume();
  };
  const work = (message: FetchMessage | undefined): void => {
    if (message === undefined) return;
    const answered = answer(message, signal);
    last = last.then(async () => {
      await send(channel, await answered);
      atWork -= 1;
      if (!signal.aborted) next();
    });
  };
  const take = ({ body }: Frame): void => void waiting.push(readFetch(body));
  channel.on('data', (chunk: Buffer) => {
    try {
      decoder.push(chunk, take);
      next();
    } catch (error) {
      if (!(error instanceof PluginSandboxError)) throw error;
      waiting.length = 0;
      onBroken();
    }
  });
}

/** Settles when the answer has left this process, or never can. */
function send(channel: Duplex, answer: FetchedMessage): Promise<void> {
  const frame = encodeFrame(FrameKind.fetched, JSON.stringify(answer));
  return new Promise((resolve) => channel.write(frame, () => resolve()));
}
