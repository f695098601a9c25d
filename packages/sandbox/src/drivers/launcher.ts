import { existsSync } from 'node:fs';
import type { BoxLimits, GuestCommand } from './driver.js';

const SHELL = '/bin/sh';
const GRACE_S = 1;

/**
 * Wraps a command so that the kernel limits it before it starts: no core dump, no file growth, few descriptors, and
 * processor time, which also ends an endless loop whose host was killed. A limit that is lower already stays.
 * Undefined where there is no shell to set limits with.
 */
export function launchLimited(command: GuestCommand, { cpuMs, descriptors }: BoxLimits): GuestCommand | undefined {
  if (!canLaunchLimited()) return undefined;
  const seconds = Math.ceil(cpuMs / 1000);
  const limits = ['-c 0', '-f 0', `-n ${descriptors}`, `-S -t ${seconds}`, `-H -t ${seconds + GRACE_S}`];
  const script = `${limits.map((limit) => `ulimit ${limit} 2>/dev/null`).join('; ')}; unset PWD OLDPWD; exec "$@"`;
  return { file: SHELL, args: ['-c', script, 'sh', command.file, ...command.args], env: command.env };
}

/** True where {@link launchLimited} works. */
export function canLaunchLimited(): boolean {
  return process.platform !== 'win32' && existsSync(SHELL);
}
