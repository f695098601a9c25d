import type { FileLockOptions } from '@agentmesh/files';
import type { InstallContext } from '../install/install-context.js';

/** How one call waits for the workspace, and what it tells those who wait for it. */
export function lockFor(
  context: Pick<InstallContext, 'lockTimeoutMs' | 'onProgress' | 'now'>,
  call: { readonly action: string; readonly signal?: AbortSignal | undefined },
): FileLockOptions {
  const { lockTimeoutMs: timeoutMs, onProgress, now } = context;
  return {
    timeoutMs,
    purpose: { action: call.action, since: now() },
    onWait: (_path, holder) => onProgress({ phase: 'waiting', ...(holder === undefined ? {} : { holder }) }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  };
}
