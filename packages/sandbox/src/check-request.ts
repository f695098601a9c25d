import { plainJson } from './plain-json.js';
import { PluginSandboxError } from './plugin-sandbox-error.js';
import type { SandboxLimits } from './sandbox-limits.js';
import { checkLimit } from './sandbox-limits.js';

/** One call of one function of an installed plugin. */
export interface CallRequest {
  /** The plugin's name, never a path. */
  readonly plugin: string;
  /** An own export of the plugin's entry; `default` for its default export. Of one with a method `invoke`, as graphs have it, that is called. */
  readonly function: string;
  /** A file of the plugin to run in place of its manifest's entry. */
  readonly entry?: string | undefined;
  /** Plain JSON data; left out it is null. */
  readonly input?: unknown;
  /**
   * Longest the call may take, in milliseconds, instead of what the plugin was granted and the sandbox's own limit. Counted
   * from when a guest has the call: waiting for one is ended by `signal`.
   */
  readonly timeoutMs?: number | undefined;
  /** Ends the call, also while it waits, with `SANDBOX_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks what needs no plugin to be checked.
 *
 * @returns the input as JSON text
 * @throws PluginSandboxError `SANDBOX_INVALID_CALL`, `SANDBOX_ABORTED` for a signal that is aborted already
 */
export function checkRequest(request: CallRequest, limits: SandboxLimits): string {
  assertNotAborted(request.signal);
  if (typeof request.function !== 'string' || request.function === '') {
    throw new PluginSandboxError('Expected the name of a function to call', {
      code: 'SANDBOX_INVALID_CALL',
      hint: 'Name a function that the plugin exports.',
    });
  }
  if (request.entry !== undefined && typeof request.entry !== 'string') {
    throw new PluginSandboxError('Expected the path of a file as the entry', {
      code: 'SANDBOX_INVALID_CALL',
      hint: 'Name a file of the plugin, relative to its folder, or leave it out.',
    });
  }
  if (request.timeoutMs !== undefined) checkLimit('wallMs', request.timeoutMs);
  return plainJson(request.input ?? null, { bytes: limits.inputBytes, depth: limits.depth });
}

/** @throws PluginSandboxError `SANDBOX_ABORTED` */
export function assertNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new PluginSandboxError('The call was aborted', { code: 'SANDBOX_ABORTED', cause: signal.reason });
}
