import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const LOADER = new URL('../host/source-loader.ts', import.meta.url).href;
const MEMORY_BYTES = 6 * 1024 ** 3;
const PROCESSES = 1024;
/** Joins the control groups, caps the data segment of each process, and becomes the container. */
const ENTER = `groups=$1; shift; for group in $groups; do echo $$ > "$group/cgroup.procs"; done; ulimit -d ${MEMORY_BYTES / 1024}; exec "$@"`;

/** A program to run apart from everything. */
export interface ContainedProgram {
  /** A module of these tests. */
  readonly program: URL;
  readonly args: readonly string[];
  /** Variables beside PATH, HOME and TMPDIR. */
  readonly env?: Readonly<Record<string, string>>;
  /** Runs as a user without rights even when the tests run as root. */
  readonly unprivileged?: boolean;
  readonly timeoutMs: number;
  /** Told each line that the program prints. */
  readonly onLine: (line: string) => void;
}

/** What is left of a container. */
export interface ContainerEnd {
  /** Exit status, or the signal that ended it. */
  readonly status: number | string | null;
  readonly stderr: string;
  /** What the program left in its folder for temporary files. */
  readonly files: readonly string[];
  /** Control groups made below the container's own and not removed. */
  readonly groups: readonly string[];
}

/**
 * Runs a module in a container: process ids, network and host name of its own, its memory and processes capped (by control
 * groups where they can be made, by limits of each process everywhere). What runs in it can end nothing outside.
 */
export async function runContained(what: ContainedProgram): Promise<ContainerEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-container-'));
  await chmod(folder, 0o777);
  const groups = makeGroups();
  const node = ['--conditions=@agentmesh/source', '--no-warnings', '--import', LOADER, fileURLToPath(what.program)];
  const user = what.unprivileged === true ? ['--unshare-user', '--uid', '12345', '--gid', '12345'] : [];
  const box = ['--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts', '--die-with-parent', ...user];
  const command = ['bwrap', ...box, '--dev-bind', '/', '/', '--proc', '/proc', process.execPath, ...node, ...what.args];
  const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, ...what.env };
  const child = spawn('/bin/sh', ['-c', ENTER, 'sh', groups.join(' '), ...command], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A signal to the own process group crosses pid namespaces: the container is a group of its own.
    detached: true,
    timeout: what.timeoutMs,
    killSignal: 'SIGKILL',
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr = (stderr + chunk).slice(-4000);
  });
  createInterface(child.stdout).on('line', what.onLine);
  const status = await new Promise<number | string | null>((resolve) =>
    child.on('close', (code, signal) => resolve(signal ?? code)),
  );
  const files = await readdir(folder);
  const left = (await Promise.all(groups.map(removeGroup))).flat();
  await rm(folder, { recursive: true, force: true });
  return { status, stderr, files, groups: left };
}

/** Control groups of version 1 or 2 with the caps in them; none where they cannot be made. */
function makeGroups(): string[] {
  const name = `agentmesh-test-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const root = '/sys/fs/cgroup';
  const wanted = existsSync(join(root, 'cgroup.controllers'))
    ? [
        [
          root,
          [
            ['memory.max', MEMORY_BYTES],
            ['pids.max', PROCESSES],
          ],
        ] as const,
      ]
    : [
        [join(root, 'memory'), [['memory.limit_in_bytes', MEMORY_BYTES]]] as const,
        [join(root, 'pids'), [['pids.max', PROCESSES]]] as const,
      ];
  return wanted.flatMap(([parent, limits]) => {
    const group = join(parent, name);
    try {
      mkdirSync(group);
      for (const [file, value] of limits) writeFileSync(join(group, file), String(value));
      return [group];
    } catch {
      if (existsSync(group)) rmdirSync(group);
      return [];
    }
  });
}

/** Removes a group and what was made below it, and gives the latter. The last of a container's processes take a moment to end. */
async function removeGroup(group: string): Promise<string[]> {
  const below = readdirSync(group, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of [...below.toReversed(), group]) {
    for (let tries = 500; !isRemoved(path); tries -= 1) {
      if (tries === 0) throw new Error(`Something still runs in ${path}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return below;
}

function isRemoved(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch {
    return !existsSync(path);
  }
}
