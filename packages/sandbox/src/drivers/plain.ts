import { type ChildProcess, spawn } from 'node:child_process';
import { parse } from 'node:path';
import { Duplex, type Readable } from 'node:stream';
import type { Box, BoxExit, BoxLimits, Driver, GuestCommand } from './driver.js';
import { endWithHost } from './end-with-host.js';
import { canLaunchLimited, launchLimited } from './launcher.js';
import { type MemoryWatch, watchMemory } from './memory-watch.js';

const DRAIN_MS = 250;
const CHANNEL = 3;

/**
 * A process of its own session with an environment of its own and the kernel limits a shell can set. It can see what its
 * user can see: what keeps it from looking is the engine's business.
 */
export function createPlainDriver(): Driver {
  const mechanisms = ['separate-process', 'process-group-kill'];
  if (canLaunchLimited()) mechanisms.push('kernel-limits');
  return { id: 'plain', level: 'process', mechanisms, start };
}

function start(command: GuestCommand, limits: BoxLimits): Box {
  const { file, args, env } = launchLimited(command, limits) ?? command;
  const child = spawn(file, args, {
    cwd: parse(process.execPath).root,
    detached: true,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const { stdout, stderr, channel } = pipesOf(child);
  const kill = (): void => killGroup(child);
  const letGo = endWithHost(kill);
  let watch: MemoryWatch | undefined;
  const closed = waitForEnd(child, [stdout, stderr, channel]).then((exit) => {
    watch?.stop();
    letGo();
    return exit;
  });
  return {
    pid: child.pid,
    channel,
    stdout,
    stderr,
    closed,
    limitMemory(bytes, onExceeded) {
      if (child.pid !== undefined) watch = watchMemory(child.pid, bytes, onExceeded);
    },
    peakMemory: () => watch?.peak(),
    kill,
  };
}

function pipesOf(child: ChildProcess): { stdout: Readable; stderr: Readable; channel: Duplex } {
  const channel = child.stdio[CHANNEL];
  const { stdout, stderr } = child;
  if (!(channel instanceof Duplex) || stdout === null || stderr === null) {
    throw new TypeError('spawn gave no pipes, though it was asked for them');
  }
  // A pipe to a killed process fails when written to; that it was killed is what the caller learns from `closed`.
  for (const pipe of [channel, stdout, stderr]) pipe.on('error', () => undefined);
  return { stdout, stderr, channel };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // ESRCH: nobody of the group is left.
    child.kill('SIGKILL');
  }
}

/** Once the process has ended its pipes get a moment to drain; a descendant that held them open must not hold the host. */
function waitForEnd(child: ChildProcess, pipes: readonly (Readable | Duplex)[]): Promise<BoxExit> {
  return new Promise((resolve) => {
    child.once('error', (failure) => {
      for (const pipe of pipes) pipe.destroy();
      resolve({ code: null, signal: null, failure });
    });
    child.once('exit', (code, signal) => {
      killGroup(child);
      const timer = setTimeout(() => {
        for (const pipe of pipes) pipe.destroy();
      }, DRAIN_MS);
      child.once('close', () => {
        clearTimeout(timer);
        resolve({ code, signal });
      });
    });
  });
}
