import { existsSync } from 'node:fs';
import type { BoxLimits, GuestCommand, Program } from './driver.js';

const SHELL = '/bin/sh';
const GRACE_S = 1;
const DAY_S = 86_400;
const KIB = 1024;
const BLOCK = 512;

/** What limits are made of. */
export interface LaunchOptions {
  readonly program: Pick<Program, 'addressBytes' | 'channel' | 'dataBytes'>;
  readonly limits: BoxLimits;
  /** True where the kernel counts the processes of this box alone. */
  readonly ownProcessCount?: boolean;
}

/**
 * Wraps a command so that the kernel limits it before it starts: no core dump, no file growth (or as far as the scratch
 * space allows), few descriptors, data memory, threads where they can be counted, and processor time, which also ends an
 * endless loop whose host was killed. A limit that is lower already stays. Undefined where there is no shell to set limits
 * with.
 */
export function launchLimited(
  command: GuestCommand,
  options: LaunchOptions,
  shell: string = SHELL,
): GuestCommand | undefined {
  if (!canLaunchLimited()) return undefined;
  const script = `${limitScript(options)}; unset PWD OLDPWD; exec "$@"${options.program.channel === false ? ' 3>&-' : ''}`;
  return { file: shell, args: ['-c', script, 'sh', command.file, ...command.args], env: command.env };
}

/** True where {@link launchLimited} works. */
export function canLaunchLimited(): boolean {
  return process.platform !== 'win32' && existsSync(SHELL);
}

function limitScript({ program, limits, ownProcessCount = false }: LaunchOptions): string {
  const seconds = limits.cpuMs === undefined ? DAY_S : Math.ceil(limits.cpuMs / 1000);
  const settings = [
    '-c 0',
    `-f ${Math.ceil(Math.max(limits.scratchBytes ?? 0, limits.data?.bytes ?? 0) / BLOCK)}`,
    `-n ${limits.descriptors}`,
  ];
  if (program.dataBytes !== undefined) {
    settings.push(`-d ${Math.ceil((program.dataBytes + limits.memoryBytes) / KIB)}`);
  }
  if (program.addressBytes !== undefined) {
    settings.push(`-v ${Math.ceil((program.addressBytes + limits.memoryBytes) / KIB)}`);
  }
  settings.push(`-S -t ${seconds}`, `-H -t ${seconds + GRACE_S}`);
  const commands = settings.map((setting) => `ulimit ${setting} 2>&-`);
  // Bash and BusyBox call the number of processes -u, dash calls it -p, which in bash is the size of a pipe.
  if (ownProcessCount) commands.push(`ulimit -u ${limits.threads} 2>&- || ulimit -p ${limits.threads} 2>&-`);
  return commands.join('; ');
}
