import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { type CgroupLimits, findHierarchies, type Hierarchy } from './cgroup-hierarchies.js';

const RETRIES = 100;
const RETRY_MS = 20;
/** Ends when the host does, however that ends, and removes what it left: each group is an argument. */
const CLEANER = `cat >/dev/null; n=0; while [ $n -lt 50 ]; do left=0
for group do rmdir "$group"/*/ "$group" 2>&-; [ -d "$group" ] && left=1; done
[ $left = 0 ] && exit; n=$((n+1)); sleep 0.1; done`;

/** The groups of one guest. */
export interface GuestGroups {
  /** Settles once they bound it; rejects with what the system says when it refuses. */
  readonly applied: Promise<void>;
  /** Removes them, once their processes are gone. */
  remove(): Promise<void>;
}

/** Control groups of one host. */
export interface Cgroups {
  /** Bounds a process and what it makes from then on. */
  contain(pid: number, limits: CgroupLimits): GuestGroups;
}

/**
 * Makes a group for this host in each tree of control groups that bounds memory or processes. Undefined where it may not.
 * Moving a process takes the kernel 10 to 20 ms, during which nobody can fork.
 */
export function openCgroups(hierarchies: readonly Hierarchy[] = findHierarchies()): Cgroups | undefined {
  const name = `agentmesh-${process.pid}-${randomBytes(4).toString('hex')}`;
  const groups: { path: string; hierarchy: Hierarchy }[] = [];
  for (const hierarchy of hierarchies) {
    const path = hierarchy.parents
      .map((parent) => make(join(parent, name), hierarchy))
      .find((made) => made !== undefined);
    if (path !== undefined) groups.push({ path, hierarchy });
  }
  if (groups.length === 0 || groups.length < hierarchies.length) {
    for (const { path } of groups) rmdirSync(path);
    return undefined;
  }
  cleanUpAfterHost(groups.map(({ path }) => path));
  let count = 0;
  return {
    contain(pid, limits) {
      count += 1;
      const made = groups.map(({ path, hierarchy }) => ({ path: join(path, `${count}`), hierarchy }));
      const applied = boundAll(made, { pid, limits });
      return {
        applied,
        async remove() {
          await applied.catch(() => undefined);
          for (const { path } of made) await removeGroup(path);
        },
      };
    },
  };
}

function make(path: string, hierarchy: Hierarchy): string | undefined {
  try {
    mkdirSync(path);
  } catch {
    return undefined;
  }
  // The kernel makes the files of a group with it; where it does not, this is a mere folder.
  if (existsSync(join(path, 'cgroup.procs')) && canBound(path, hierarchy)) return path;
  rmdirSync(path);
  return undefined;
}

/** Only what a group has inherited from above can bound it. */
function canBound(path: string, { enabling, settings }: Hierarchy): boolean {
  const trial = join(path, 'trial');
  try {
    for (const [file, value] of Object.entries(enabling)) writeFileSync(join(path, file), value);
    mkdirSync(trial);
  } catch {
    return false;
  }
  const [first = ''] = Object.keys(settings({ memoryBytes: 0, processes: 0 }));
  const does = existsSync(join(trial, first));
  rmdirSync(trial);
  return does;
}

async function boundAll(
  groups: readonly { path: string; hierarchy: Hierarchy }[],
  of: { pid: number; limits: CgroupLimits },
): Promise<void> {
  for (const { path, hierarchy } of groups) await bound(path, { hierarchy, ...of });
}

async function bound(path: string, of: { hierarchy: Hierarchy; pid: number; limits: CgroupLimits }): Promise<void> {
  await mkdir(path);
  for (const [file, value] of Object.entries(of.hierarchy.settings(of.limits))) {
    if (existsSync(join(path, file))) await writeFile(join(path, file), value);
  }
  await writeFile(join(path, 'cgroup.procs'), `${of.pid}`);
}

/** A group can be removed a moment after its last process has ended. */
async function removeGroup(path: string): Promise<void> {
  for (let tries = 0; tries < RETRIES && existsSync(path); tries += 1) {
    try {
      await rmdir(path);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function cleanUpAfterHost(groups: readonly string[]): void {
  const cleaner = spawn('/bin/sh', ['-c', CLEANER, 'sh', ...groups], {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  cleaner.on('error', () => undefined);
  cleaner.unref();
  // Pipes of a child process are sockets, which would hold the event loop.
  (cleaner.stdin as Socket | null)?.unref();
}
