import type { GuestLogs } from './guest-logs.js';
import type { IsolationLevel } from './isolation.js';
import type { PluginError } from './protocol/read-error.js';

/** What every call tells beside its answer. */
export interface CallReport {
  /** The level at which the plugin ran. */
  readonly isolation: IsolationLevel;
  readonly logs: GuestLogs;
  /** From the call of `execute` to the end of the guest, in milliseconds. */
  readonly timeMs: number;
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
