import type { EngineId } from './engines/engine.js';
import type { GuestLogs } from './guest-logs.js';
import type { IsolationLevel } from './isolation/isolation.js';
import type { PluginError } from './protocol/read-error.js';

/** Where the time of a call went, in milliseconds. */
export interface CallTimings {
  /** Verifying the plugin and making it ready. */
  readonly verify: number;
  /** Waiting for a guest while all were busy. */
  readonly queue: number;
  /** Waiting for a guest to start; 0 for a warm one. */
  readonly start: number;
  /** From handing the call over to the answer. */
  readonly run: number;
}

/** What every call tells beside its answer. */
export interface CallReport {
  /** The level at which the plugin ran. */
  readonly isolation: IsolationLevel;
  /** What ran it. */
  readonly engine: EngineId;
  readonly logs: GuestLogs;
  /** From the call of `execute` to its end, in milliseconds. */
  readonly timeMs: number;
  readonly timings: CallTimings;
}

/** The function returned. */
export interface CallSuccess extends CallReport {
  /** Fresh JSON data; what the function returned, or the `result` of the envelope it returned; null for undefined. */
  readonly result: unknown;
  readonly error?: undefined;
}

/** The plugin threw: while loading, in the function, or in what it left running. */
export interface CallFailure extends CallReport {
  readonly error: PluginError;
  readonly result?: undefined;
}

/** How a call ended that the plugin itself answered. */
export type CallOutcome = CallFailure | CallSuccess;
