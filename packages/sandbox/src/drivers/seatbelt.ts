import { realpathSync } from 'node:fs';
import { killGroup, startBoxProcess } from './box-process.js';
import type { Box, BoxLimits, Driver, GuestCommand, Program } from './driver.js';
import { launchLimited } from './launcher.js';
import { seatbeltProfile } from './seatbelt-profile.js';

/** Where macOS has it. */
export const SANDBOX_EXEC = '/usr/bin/sandbox-exec';

const MECHANISMS = ['separate-process', 'process-group-kill', 'kernel-limits', 'system-sandbox'];

/**
 * A process under a profile of macOS's own sandbox, which denies it everything but its program. It sees the paths of its
 * host and runs as its host's user; memory is limited by its engine alone.
 *
 * @param sandboxExec the binary (default: {@link SANDBOX_EXEC})
 */
export function createSeatbeltDriver(sandboxExec: string = SANDBOX_EXEC): Driver {
  const known = new WeakMap<Program, GuestCommand>();
  const commandOf = (program: Program): GuestCommand => {
    const command = known.get(program) ?? confine(sandboxExec, program);
    known.set(program, command);
    return command;
  };
  return {
    id: 'seatbelt',
    level: 'os-basic',
    mechanisms: MECHANISMS,
    start: (program, limits) => start(commandOf(program), program, limits),
  };
}

function confine(sandboxExec: string, program: Program): GuestCommand {
  const readable: string[] = [];
  const { file, args, env } = program.command((host) => {
    // The kernel compares with real paths: /tmp is /private/tmp there.
    readable.push(realpathSync(host));
    return host;
  });
  const profile = seatbeltProfile({ file: realpathSync(file), readable, forks: program.forks === true });
  return { file: sandboxExec, args: ['-p', profile, realpathSync(file), ...args], env };
}

function start(command: GuestCommand, program: Program, limits: BoxLimits): Box {
  return startBoxProcess({
    command: launchLimited(command, { program: {}, limits }) ?? command,
    forks: program.forks,
    guestPid: ({ child }) => child.pid,
    kill: killGroup,
  });
}
