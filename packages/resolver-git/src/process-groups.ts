const living = new Set<number>();

/** Remembers a process that leads a group of its own, so that the group ends with this process. */
export function rememberGroup(leader: number): void {
  if (living.size === 0) process.on('exit', killAll);
  living.add(leader);
}

/** Forgets a group whose leader is gone. */
export function forgetGroup(leader: number): void {
  living.delete(leader);
  if (living.size === 0) process.off('exit', killAll);
}

/** Kills a process and everything that it started and that stayed in its group. */
export function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function killAll(): void {
  for (const leader of living) killGroup(leader);
}
