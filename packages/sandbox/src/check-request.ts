import { plainJson } from './plain-json.js';
import { PluginSandboxError } from './plugin-sandbox-error.js';
import type { SandboxLimits } from './sandbox-limits.js';
import { resolveLimits } from './sandbox-limits.js';

/** One call of one function of an installed plugin. */
export interface CallRequest {
  /** The plugin's name, never a path. */
  readonly plugin: string;
  /** An own export of the plugin's entry; `default` for its default export. */
  readonly function: string;
  /** Plain JSON data; left out it is null. */
  readonly input?: unknown;
  /** Longest the call may take, in milliseconds, instead of the sandbox's own limit. */
  readonly timeoutMs?: number | undefined;
  /** Ends the call with `SANDBOX_ABORTED`. */
  readonly signal?: AbortSignal | undefined;
}

/** A request that may be carried out. */
export interface CheckedRequest {
  /** The input as JSON text. */
  readonly input: string;
  readonly timeoutMs: number;
}

/**
 * Checks what needs no plugin to be checked.
 *
 * @throws PluginSandboxError `SANDBOX_INVALID_CALL`, `SANDBOX_ABORTED` for a signal that is aborted already
 */
export function checkRequest(request: CallRequest, limits: SandboxLimits): CheckedRequest {
  if (request.signal?.aborted === true) {
    throw new PluginSandboxError('The call was aborted', { code: 'SANDBOX_ABORTED', cause: request.signal.reason });
  }
  if (typeof request.function !== 'string' || request.function === '') {
    throw new PluginSandboxError('Expected the name of a function to call', {
      code: 'SANDBOX_INVALID_CALL',
      hint: 'Name a function that the plugin exports.',
    });
  }
  const timeoutMs = request.timeoutMs ?? limits.wallMs;
  resolveLimits({ wallMs: timeoutMs });
  const input = plainJson(request.input ?? null, { bytes: limits.inputBytes, depth: limits.depth });
  return { input, timeoutMs };
}
