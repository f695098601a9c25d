import { MarketplaceError } from '@agentmesh/errors';
import type { GuestLogs } from './guest-logs.js';

/** Why a call gave no answer of the plugin's own. */
export type SandboxErrorCode =
  | 'ENGINE_UNSUPPORTED'
  | 'PERMISSION_REFUSED'
  | 'PLUGIN_NOT_INSTALLED'
  | 'PLUGIN_TOO_LARGE'
  | 'SANDBOX_ABORTED'
  | 'SANDBOX_BUSY'
  | 'SANDBOX_CRASH'
  | 'SANDBOX_INVALID_CALL'
  | 'SANDBOX_INVALID_OUTPUT'
  | 'SANDBOX_MEMORY'
  | 'SANDBOX_OUTPUT_LIMIT'
  | 'SANDBOX_PROTOCOL'
  | 'SANDBOX_TIMEOUT'
  | 'SANDBOX_UNAVAILABLE'
  | 'TYPESCRIPT_UNSUPPORTED';

/** What a {@link PluginSandboxError} carries beside its message. */
export interface PluginSandboxErrorOptions {
  readonly code: SandboxErrorCode;
  readonly hint?: string;
  readonly cause?: unknown;
  readonly logs?: GuestLogs;
}

/**
 * A call that ended without an answer of the plugin's own: refused beforehand, ended by a limit, crashed or unreadable.
 * An exception that the plugin throws is no such error but the `error` of the outcome.
 */
export class PluginSandboxError extends MarketplaceError {
  declare readonly code: SandboxErrorCode;
  /** What the plugin printed until then. */
  readonly logs: GuestLogs | undefined;

  constructor(message: string, options: PluginSandboxErrorOptions) {
    super(message, options);
    this.name = 'PluginSandboxError';
    this.logs = options.logs;
  }
}
