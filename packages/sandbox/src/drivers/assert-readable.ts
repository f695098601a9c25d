import { printable } from '@agentmesh/errors';
import { PluginSandboxError } from '../plugin-sandbox-error.js';
import type { ReadBind } from './driver.js';
import { findClosed } from './find-closed.js';

/**
 * Where the host is root, guests are another user, who has to be able to read what is put into their box.
 *
 * @throws PluginSandboxError `SANDBOX_UNAVAILABLE` naming what nobody but its owner can reach
 */
export function assertReadable(binds: readonly ReadBind[], user: number | undefined = process.geteuid?.()): void {
  if (user !== 0) return;
  for (const { host } of binds) {
    const closed = findClosed(host);
    if (closed !== undefined) throw unreadable(host, closed);
  }
}

function unreadable(host: string, closed: string): PluginSandboxError {
  return new PluginSandboxError(
    `A guest needs ${printable(host)}, and ${printable(closed)} is closed to other users than root`,
    {
      code: 'SANDBOX_UNAVAILABLE',
      hint: 'Run as another user than root, or let every user read it: programs belong in /usr/local or the like.',
    },
  );
}
