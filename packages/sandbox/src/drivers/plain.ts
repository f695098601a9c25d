import { killGroup, startBoxProcess } from './box-process.js';
import type { Box, BoxLimits, Driver, GuestCommand, Program } from './driver.js';
import { canLaunchLimited, launchLimited } from './launcher.js';

/**
 * A process of its own session with an environment of its own and the kernel limits a shell can set. It can see what its
 * user can see: what keeps it from looking is the engine's business.
 *
 * @param level `language` or `process`, by what the engines that run here contain themselves (default `process`)
 */
export function createPlainDriver(level: 'language' | 'process' = 'process'): Driver {
  const commands = new WeakMap<Program, GuestCommand>();
  const mechanisms = ['separate-process', 'process-group-kill'];
  if (canLaunchLimited()) mechanisms.push('kernel-limits');
  const commandOf = (program: Program): GuestCommand => {
    const command = commands.get(program) ?? program.command((host) => host);
    commands.set(program, command);
    return command;
  };
  return { id: 'plain', level, mechanisms, start: (program, limits) => start(commandOf(program), program, limits) };
}

function start(command: GuestCommand, program: Program, limits: BoxLimits): Box {
  return startBoxProcess({
    command: launchLimited(command, { program, limits }) ?? command,
    forks: program.forks,
    guestPid: ({ child }) => child.pid,
    kill: killGroup,
  });
}
