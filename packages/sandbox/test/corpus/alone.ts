import type { AloneEvidence } from './evidence.js';
import { watchPorts } from './port-watch.js';
import { guestPids, guestsLeftAfter, privateBytes } from './process-table.js';
import type { Subject } from './subject.js';

const LOOK_EVERY_MS = 4;

interface Looks {
  processes: number;
  guestBytes: number;
  hostBytes: number;
  stallMs: number;
}

/** Starts to watch what one case does to the machine, beside what an honest call does. */
export async function watchAlone(arena: {
  subject: Subject;
  honest: string;
}): Promise<{ finish(): Promise<AloneEvidence> }> {
  await guestsLeftAfter(1000);
  const calm = look();
  await arena.subject.execute({ plugin: arena.honest, function: 'run', input: { wait: 150 } });
  await guestsLeftAfter(1000);
  const usual = calm();
  const ports = await watchPorts();
  const stop = look();
  return {
    finish: async () => {
      const left = await guestsLeftAfter(1000);
      const seen = stop();
      // The next case is not to blame for them.
      for (const pid of left) end(pid);
      await guestsLeftAfter(1000);
      return {
        guestBytes: seen.guestBytes - usual.guestBytes,
        hostBytes: seen.hostBytes - usual.hostBytes,
        extraProcesses: Math.max(0, seen.processes - usual.processes),
        hostStallMs: seen.stallMs,
        ports: await ports.finish(),
        survivors: left.length,
      };
    },
  };
}

/** Looks again and again until it is told to stop, and gives the most that was seen. */
function look(): () => Looks {
  const most: Looks = { processes: 0, guestBytes: 0, hostBytes: 0, stallMs: 0 };
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    most.stallMs = Math.max(most.stallMs, now - last - LOOK_EVERY_MS);
    last = now;
    const pids = guestPids();
    most.processes = Math.max(most.processes, pids.length);
    most.guestBytes = Math.max(
      most.guestBytes,
      pids.map(privateBytes).reduce((sum, bytes) => sum + bytes, 0),
    );
    const { heapUsed, external } = process.memoryUsage();
    most.hostBytes = Math.max(most.hostBytes, heapUsed + external);
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    return most;
  };
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
