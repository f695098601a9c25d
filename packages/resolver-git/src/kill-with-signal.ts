import { forgetGroup, killGroup, rememberGroup } from './process-groups.js';

/** A process that was started as the leader of a group. */
export interface GroupLeader extends PromiseLike<unknown> {
  /** Undefined when it could not be started. */
  readonly pid?: number | undefined;
}

/** Kills a process, and its group with it, when the signal aborts or this process ends. */
export function killWithSignal(running: GroupLeader, signal: AbortSignal): void {
  const leader = running.pid;
  if (leader === undefined) return;
  const kill = (): void => killGroup(leader);
  const end = (): void => {
    signal.removeEventListener('abort', kill);
    forgetGroup(leader);
  };
  rememberGroup(leader);
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  running.then(end, end);
}
