import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { parse } from 'node:path';
import { Duplex, type Readable } from 'node:stream';
import { PluginSandboxError } from '../plugin-sandbox-error.js';
import type { Box, BoxExit, GuestCommand } from './driver.js';
import { endWithHost } from './end-with-host.js';
import { MemoryWatch } from './memory-watch.js';

const DRAIN_MS = 250;
const CHANNEL = 3;

/** How a process becomes a {@link Box}. */
export interface BoxProcessOptions {
  /** What is started on the host. */
  readonly command: GuestCommand;
  /** User and group, both unused by anybody else; left out: the host's. */
  readonly user?: number | undefined;
  /** How many pipes there are besides the channel, from descriptor 4 on. */
  readonly pipes?: number;
  /** True when standard input is a pipe. */
  readonly stdio?: boolean | undefined;
  /** True when the guest makes processes, whose memory counts too. */
  readonly forks?: boolean | undefined;
  /** Bytes that the guest holds elsewhere than in its processes. */
  heldElsewhere?(): number;
  /** Process id of the guest once that is known; undefined before. */
  guestPid(started: StartedProcess): number | undefined;
  /** Ends the guest. */
  kill(started: StartedProcess): void;
  /** Ends everything, without waiting, when the host ends. */
  abandon?(started: StartedProcess): void;
  /** Called with the end of the process, before {@link Box.closed} settles. */
  onExit?(exit: BoxExit): BoxExit;
}

/** A process as it was started, and its further pipes. */
export interface StartedProcess {
  readonly child: ChildProcess;
  readonly pipes: readonly Duplex[];
}

/** Starts a process in a session of its own, with an environment of its own, and descriptors 0 to 3 and nothing else. */
export function startBoxProcess(options: BoxProcessOptions): Box & { readonly started: StartedProcess } {
  const { file, args, env } = options.command;
  const further = Array.from({ length: options.pipes ?? 0 }, () => 'pipe' as const);
  const child = spawn(file, args, {
    cwd: parse(process.execPath).root,
    detached: true,
    env: { ...env },
    stdio: [options.stdio === true ? 'pipe' : 'ignore', 'pipe', 'pipe', 'pipe', ...further],
    windowsHide: true,
    ...(options.user === undefined ? {} : { uid: options.user, gid: options.user }),
  });
  const { stdout, stderr, channel, pipes } = pipesOf(child);
  const started = { child, pipes };
  const kill = (): void => options.kill(started);
  const letGo = endWithHost(() => (options.abandon ?? options.kill)(started));
  const memory = new BoxMemory(options, started);
  const stdin = child.stdin ?? undefined;
  // Whoever writes after its end learns of that from `closed`.
  stdin?.on('error', () => undefined);
  const all = [stdout, stderr, channel, ...pipes];
  const closed = waitForEnd(started, { all, kill }).then((exit) => {
    memory.close();
    letGo();
    return options.onExit?.(exit) ?? exit;
  });
  return {
    started,
    pid: child.pid,
    guestPid: () => options.guestPid(started),
    ...{ channel, stdin, stdout, stderr, closed, kill },
    limitMemory: (bytes, onExceeded) => memory.watch?.limit(bytes, onExceeded),
    rest: () => memory.watch?.rest(),
    peakMemory: () => memory.watch?.peak(),
    ref: () => setHeld([child, ...all], 'ref'),
    unref: () => setHeld([child, ...all], 'unref'),
  };
}

/** Kills a process and everything of its group. */
export function killGroup({ child }: StartedProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // ESRCH: nobody of the group is left.
    child.kill('SIGKILL');
  }
}

/** Known only once the guest is. */
class BoxMemory {
  readonly #options: BoxProcessOptions;
  readonly #started: StartedProcess;
  #watch: MemoryWatch | undefined;
  #isClosed = false;

  constructor(options: BoxProcessOptions, started: StartedProcess) {
    this.#options = options;
    this.#started = started;
  }

  get watch(): MemoryWatch | undefined {
    const { forks, heldElsewhere, guestPid } = this.#options;
    const pid = this.#watch === undefined && !this.#isClosed ? guestPid(this.#started) : undefined;
    if (pid !== undefined) this.#watch = new MemoryWatch({ pid, forks, elsewhere: heldElsewhere });
    return this.#watch;
  }

  /** The process is gone. */
  close(): void {
    this.#isClosed = true;
    this.#watch?.close();
  }
}

function pipesOf(child: ChildProcess): { stdout: Readable; stderr: Readable; channel: Duplex; pipes: Duplex[] } {
  // Without a descriptor left Node makes no pipes, and tells of it later, to whoever listens.
  const stdio: readonly unknown[] | undefined = child.stdio;
  if (stdio === undefined) {
    child.once('error', () => undefined);
    throw new PluginSandboxError('No guest can be started: this process has no descriptors left', {
      code: 'SANDBOX_UNAVAILABLE',
      hint: 'Allow more open files (ulimit -n), or use smaller pools (options pool.<engine>).',
    });
  }
  const [, , , ...further] = child.stdio;
  const { stdout, stderr } = child;
  const channel = child.stdio[CHANNEL];
  const duplexes = further.filter((pipe) => pipe instanceof Duplex);
  if (!(channel instanceof Duplex) || stdout === null || stderr === null || duplexes.length !== further.length) {
    throw new TypeError('spawn gave no pipes, though it was asked for them');
  }
  // A pipe to a killed process fails when written to; that it was killed is what the caller learns from `closed`.
  for (const pipe of [stdout, stderr, ...duplexes]) pipe.on('error', () => undefined);
  return { stdout, stderr, channel, pipes: duplexes.slice(1) };
}

/** Pipes of a child process are sockets, which hold the event loop as the process does. */
function setHeld(handles: readonly (ChildProcess | Readable | Duplex)[], how: 'ref' | 'unref'): void {
  for (const handle of handles) {
    // A closed socket would keep a listener for each time, waiting to be opened.
    const isClosed = 'destroyed' in handle && handle.destroyed;
    if (!isClosed && how in handle) (handle as ChildProcess | Socket)[how]();
  }
}

/** Once the process has ended its pipes get a moment to drain; a descendant that held them open must not hold the host. */
function waitForEnd(
  started: StartedProcess,
  { all, kill }: { all: readonly (Readable | Duplex)[]; kill: () => void },
): Promise<BoxExit> {
  const { child, pipes } = started;
  return new Promise((resolve) => {
    child.once('error', (failure) => {
      for (const pipe of all) pipe.destroy();
      resolve({ code: null, signal: null, failure });
    });
    child.once('exit', (code, signal) => {
      kill();
      for (const pipe of pipes) pipe.destroy();
      const timer = setTimeout(() => {
        for (const pipe of all) pipe.destroy();
      }, DRAIN_MS);
      child.once('close', () => {
        clearTimeout(timer);
        resolve({ code, signal });
      });
    });
  });
}
