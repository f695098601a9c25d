import type { GuestLogs } from '../guest-logs.js';
import type { Frame } from '../protocol/frame.js';
import type { FetchedMessage, FetchMessage } from '../protocol/messages.js';

/** A plugin as a guest takes it. */
export interface PluginFrame {
  /** Equal for equal plugins prepared by the same engine. */
  readonly key: string;
  /** The whole PLUGIN frame. */
  readonly bytes: Buffer;
}

/** Answers a plugin's requests during one call. Never rejects. */
export type AnswerFetch = (request: FetchMessage, signal: AbortSignal) => Promise<FetchedMessage>;

/** One call as it is handed to a guest. */
export interface GuestCall {
  readonly plugin: PluginFrame;
  /** The whole CALL frame. */
  readonly bytes: Buffer;
  /** Counted from when the bytes are handed over, in milliseconds. */
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Left out where the plugin has no network. */
  readonly answerFetch?: AnswerFetch | undefined;
}

/** What a guest answered: RESULT or ERROR, and what was printed. */
export interface GuestAnswer {
  readonly frame: Frame;
  readonly logs: GuestLogs;
}
