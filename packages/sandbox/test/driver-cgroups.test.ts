import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { findHierarchies } from '../src/drivers/cgroup-hierarchies.js';
import { openCgroups } from '../src/drivers/cgroups.js';
import type { Program } from '../src/drivers/driver.js';
import { chooseDriver } from '../src/isolation/choose-driver.js';
import { freshFolder } from './box.js';
import { startBoxHost } from './box-host.js';

const LIMITS = { memoryBytes: 1000, processes: 7 };
const hasGroups = process.platform === 'linux' && process.getuid?.() === 0 && findHierarchies().length > 0;

/** Files as a kernel would show them. */
async function groupTree(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await freshFolder();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

describe('control groups', () => {
  it('are found in one tree of version 2', async () => {
    for (const folder of ['', 'unified']) {
      const root = await groupTree({ [join(folder, 'cgroup.controllers')]: 'cpu io memory pids\n' });
      const [found, ...others] = findHierarchies(root, '0::/user.slice/app.scope\n');
      expect(others).toEqual([]);
      expect(found?.parents).toEqual([join(root, folder, 'user.slice'), join(root, folder, 'user.slice/app.scope')]);
      expect(found?.enabling).toEqual({ 'cgroup.subtree_control': '+memory +pids' });
      expect(found?.settings(LIMITS)).toEqual({
        'memory.max': '1000',
        'memory.swap.max': '0',
        'memory.oom.group': '1',
        'pids.max': '7',
      });
    }
  });

  it('are found in two trees of version 1', async () => {
    const root = await groupTree({
      'memory/a/b/cgroup.procs': '1\n',
      'pids/cgroup.procs': '1\n',
      'unified/cgroup.controllers': 'hugetlb\n',
    });
    const found = findHierarchies(root, '8:pids:/\n4:memory:/a/b\n1:cpu:/c\n0::/\n');
    expect(found.map(({ parents }) => parents)).toEqual([[join(root, 'memory/a/b')], [join(root, 'pids')]]);
    expect(found.map(({ settings }) => settings(LIMITS))).toEqual([
      { 'memory.limit_in_bytes': '1000' },
      { 'pids.max': '7' },
    ]);
  });

  it('are not found where there are none', async () => {
    expect(findHierarchies(await freshFolder(), '0::/\n')).toEqual([]);
    expect(findHierarchies('/nowhere', '')).toEqual([]);
  });

  it('are not looked for outside of where they are mounted', async () => {
    const root = await groupTree({ 'cgroup.controllers': 'memory pids\n' });
    expect(findHierarchies(root, '0::/../../etc\n').map(({ parents }) => parents)).toEqual([[root]]);
  });

  it('are left alone where nothing can be bounded', async () => {
    const root = await groupTree({ 'cgroup.controllers': 'memory pids\n' });
    // Folders in which no kernel makes the files of a group.
    expect(openCgroups(findHierarchies(root, '0::/\n'))).toBe(undefined);
    expect(await readdir(root)).toEqual(['cgroup.controllers']);
    expect(openCgroups([])).toBe(undefined);
    expect(openCgroups(findHierarchies('/proc', '0::/\n'))).toBe(undefined);
  });

  if (!hasGroups) return;

  it('bound a process, and are gone when it is', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const pid = child.pid ?? 0;
    const groups = openCgroups()?.contain(pid, { memoryBytes: 1024 ** 3, processes: 50 });
    await groups?.applied;
    expect(groupsOf(pid).length).toBeGreaterThan(0);
    for (const group of groupsOf(pid)) expect(group).toMatch(/agentmesh-\d+-[0-9a-f]{8}\/1$/);
    child.kill('SIGKILL');
    await groups?.remove();
    expect(await leftBehind(process.pid)).toEqual([]);
  });

  it('refuse a process that is gone, and keep nothing', async () => {
    const groups = openCgroups()?.contain(2 ** 22 + 1, { memoryBytes: 1024 ** 3, processes: 5 });
    await expect(groups?.applied).rejects.toThrow();
    await groups?.remove();
    expect(await leftBehind(process.pid)).toEqual([]);
  });
});

const before = process.platform === 'linux' ? readFileSync('/proc/self/cgroup', 'latin1') : '';

function groupsOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cgroup`, 'latin1')
    .split('\n')
    .filter((line) => /agentmesh-/.test(line));
}

/** Groups of guests that a host has left in its own. */
async function leftBehind(pid: number): Promise<string[]> {
  const left: string[] = [];
  for (const { parents } of findHierarchies(undefined, before)) {
    for (const parent of parents.filter((path) => existsSync(path))) {
      for (const name of await readdir(parent)) {
        if (!name.startsWith(`agentmesh-${pid}-`)) continue;
        const entries = await readdir(join(parent, name), { withFileTypes: true });
        left.push(...entries.filter((entry) => entry.isDirectory()).map((entry) => join(name, entry.name)));
      }
    }
  }
  return left;
}

async function hostGroups(pid: number | undefined): Promise<string[]> {
  const left: string[] = [];
  for (const { parents } of findHierarchies(undefined, before)) {
    for (const parent of parents)
      left.push(...(await readdir(parent)).filter((name) => name.startsWith(`agentmesh-${pid}-`)));
  }
  return left;
}

describe('a guest in control groups', () => {
  if (!hasGroups) {
    it('is in none where this host may make none', () => expect(openCgroups()).toBe(undefined));
    return;
  }

  const WAIT = 'console.log("here"); require("fs").readSync(3, Buffer.alloc(1)); setTimeout(() => {}, 150);';

  it('is in them with all it makes, and they go with their host', async () => {
    const { host, guest, over } = startBoxHost({ code: `${WAIT} setTimeout(() => {}, 60000)`, cgroups: true });
    const pids = await guest;
    // It comes into one tree after the other.
    const trees = findHierarchies(undefined, before).length;
    const groups = await vi.waitFor(
      () => {
        const found = groupsOf(pids.guest);
        expect(found).toHaveLength(trees);
        return found;
      },
      { timeout: 20_000, interval: 20 },
    );
    const path = join(
      '/sys/fs/cgroup/pids',
      /:(\/.*)$/.exec(groups.find((line) => line.includes('pids')) ?? '')?.[1] ?? '',
    );
    if (existsSync(path)) expect(await readFile(join(path, 'pids.max'), 'latin1')).toBe('16\n');
    host.kill('SIGKILL');
    await over;
    for (let wait = 0; wait < 200 && (await hostGroups(host.pid)).length > 0; wait += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await hostGroups(host.pid)).toEqual([]);
  });

  it('leaves none when it ends', async () => {
    const { host, over } = startBoxHost({ code: WAIT, cgroups: true });
    expect(JSON.parse(await over)).toMatchObject({ code: 0, mechanisms: expect.arrayContaining(['control-groups']) });
    for (let wait = 0; wait < 200 && (await hostGroups(host.pid)).length > 0; wait += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await hostGroups(host.pid)).toEqual([]);
  });

  it('is ended when a group cannot be made for it', async () => {
    const { driver, missing } = await chooseDriver({ cgroups: true });
    expect(missing).toEqual([]);
    const code = 'setInterval(() => {}, 1000)';
    const program: Program = {
      id: 'test',
      command: (place) => ({ file: place(process.execPath, '/agentmesh/node'), args: ['-e', code], env: {} }),
    };
    const limits = { descriptors: 64, threads: 16, memoryBytes: 64 * 1024 * 1024, scratchBytes: 65_536 };
    const [refused, ended] = [driver.start(program, { ...limits, threads: -5 }), driver.start(program, limits)];
    for (const box of [refused, ended]) {
      box.stdout.resume();
      box.stderr.resume();
    }
    expect(await refused.closed).toMatchObject({ signal: 'SIGKILL' });
    ended.kill();
    expect(await ended.closed).toMatchObject({ signal: 'SIGKILL' });
    expect(await leftBehind(process.pid)).toEqual([]);
  });
});
