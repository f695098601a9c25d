import { PluginSandboxError } from '../plugin-sandbox-error.js';

/** The error of a call on a sandbox that was closed. */
export function closedError(cause?: unknown): PluginSandboxError {
  return new PluginSandboxError('The sandbox is closed', { code: 'SANDBOX_ABORTED', cause });
}
