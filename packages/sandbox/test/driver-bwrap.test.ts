import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder } from './box.js';
import { runInBox, startBoxHost, USERS } from './box-host.js';

const MIB = 1024 * 1024;
const WAIT = 'console.log("here"); require("fs").readSync(3, Buffer.alloc(1));';
/** A zombie waits for whoever inherits it and runs no more. */
const isGone = (pid: number): boolean => /^(?:$|[^)]*\) Z)/.test(read(`/proc/${pid}/stat`));

async function goneWithin(pids: readonly number[], ms: number): Promise<boolean> {
  for (const deadline = performance.now() + ms; performance.now() < deadline; ) {
    if (pids.every(isGone)) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

/** Runs code that prints JSON. */
async function seenBy(uid: number | undefined, code: string, order: object = {}): Promise<unknown> {
  const report = await runInBox({ code: `const fs = require('fs'); ${code}`, ...order }, uid);
  expect(report).toMatchObject({ driver: 'bwrap', stderr: '' });
  return JSON.parse(report.stdout);
}

describe.runIf(process.platform === 'linux').each(USERS)('a box of namespaces started by $name', ({ uid }) => {
  it('is process 1, nobody, nowhere, with nothing from its host', async () => {
    const seen = await seenBy(
      uid,
      `console.log(JSON.stringify({ uid: process.getuid(), gid: process.getgid(), pid: process.pid, parent: process.ppid,
        groups: process.getgroups(), env: process.env, cwd: process.cwd(), host: require('os').hostname(),
        root: fs.readdirSync('/'), own: fs.readdirSync('/agentmesh') }))`,
    );
    expect(seen).toMatchObject({ uid: 60_000, gid: 60_000, pid: 1, parent: 0, cwd: '/', host: 'guest' });
    expect(seen).toMatchObject({ env: { GIVEN: 'yes' }, own: ['launch', 'node'] });
    const { root, groups, env } = seen as { root: string[]; groups: number[]; env: object };
    expect(root.filter((name) => !['agentmesh', 'lib', 'lib64', 'usr'].includes(name))).toEqual([]);
    expect(groups.every((group) => group === 60_000 || group === 65_534)).toBe(true);
    expect(env).toEqual({ GIVEN: 'yes' });
  });

  it('has four descriptors and no more', async () => {
    const code = `const open = []; for (let fd = 0; fd < 64; fd++) try { fs.fstatSync(fd); open.push(fd); } catch {}
      const kinds = open.map((fd) => { const s = fs.fstatSync(fd); return s.isSocket() ? 'socket' : s.isCharacterDevice() ? 'device' : s.isFIFO() ? 'pipe' : s.isFile() ? 'file' : s.isDirectory() ? 'folder' : 'other'; });
      console.log(JSON.stringify(open.map((fd, i) => fd + ' ' + kinds[i])))`;
    const open = (await seenBy(uid, code)) as string[];
    expect(open.slice(0, 4)).toEqual(['0 device', '1 socket', '2 socket', '3 socket']);
    // What Node opens for itself is no file, folder or socket.
    expect(open.slice(4).filter((entry) => !/ (?:pipe|other)$/.test(entry))).toEqual([]);
  });

  it('can change nothing', async () => {
    const code = `const codes = []; for (const path of ['/x', '/agentmesh/x', '/agentmesh/node', '/lib/x', '/tmp/x', '/scratch/x'])
      try { fs.writeFileSync(path, 'x'); codes.push('written'); } catch (error) { codes.push(error.code); }
      for (const change of [() => fs.mkdirSync('/d'), () => fs.chmodSync('/agentmesh/node', 0o777), () => fs.unlinkSync('/agentmesh/node'), () => fs.symlinkSync('/', '/l'), () => process.setuid(0), () => process.kill(2, 0), () => require('child_process').execFileSync('/agentmesh/node')])
      try { change(); codes.push('done'); } catch (error) { codes.push(error.code); }
      console.log(JSON.stringify(codes))`;
    expect(await seenBy(uid, code)).toEqual(expect.arrayContaining(['EROFS', 'EPERM']));
    expect(
      ((await seenBy(uid, code)) as string[]).filter((what) => !/^(?:EROFS|ENOENT|EPERM|ETXTBSY)$/.test(what)),
    ).toEqual([]);
  });

  it('writes to its scratch space alone, and not more than that holds', async () => {
    const code = `fs.writeFileSync('/scratch/a', Buffer.alloc(60000)); const codes = [];
      for (const [path, size] of [['/scratch/a', 70000], ['/scratch/b', 60000], ['/x', 1]])
        try { fs.writeFileSync(path, Buffer.alloc(size)); codes.push('written'); } catch (error) { codes.push(error.code); }
      console.log(JSON.stringify(codes))`;
    expect(await seenBy(uid, code, { limits: { scratchBytes: 65_536 } })).toEqual(['EFBIG', 'ENOSPC', 'EROFS']);
  });

  it('is charged for files without content', async () => {
    const code = `console.log('here'); fs.readSync(3, Buffer.alloc(1)); for (let i = 0; ; i++) fs.writeFileSync('/scratch/' + i, '');`;
    const report = await runInBox(
      { code: `const fs = require('fs'); ${code}`, limits: { scratchBytes: 65_536 }, memory: 64 * MIB },
      uid,
    );
    expect(report).toMatchObject({ exceeded: true, signal: 'SIGKILL' });
  });

  it('reads what is granted and changes nothing in it', async () => {
    const folder = await freshFolder();
    await mkdir(join(folder, 'granted'));
    await writeFile(join(folder, 'granted', 'a.txt'), 'content');
    await writeFile(join(folder, 'kept.txt'), 'secret');
    for (const path of ['', 'granted']) await chmod(join(folder, path), 0o755);
    const code = `const codes = [fs.readFileSync('/reads/granted/a.txt', 'utf8'), String(fs.readdirSync('/reads'))];
      for (const path of ['/reads/granted/a.txt', '/reads/b.txt', '/reads/granted/b.txt'])
        try { fs.writeFileSync(path, 'x'); codes.push('written'); } catch (error) { codes.push(error.code); }
      console.log(JSON.stringify(codes))`;
    const reads = [{ host: join(folder, 'granted'), inside: '/reads/granted' }];
    expect(await seenBy(uid, code, { limits: { reads } })).toEqual(['content', 'granted', 'EROFS', 'EROFS', 'EROFS']);
  });

  it('opens few files', async () => {
    const code = `let count = 0; try { for (;; count++) fs.openSync('/agentmesh/node'); } catch (error) { console.log(JSON.stringify([error.code, count])) }`;
    const [reason, count] = (await seenBy(uid, code)) as [string, number];
    expect(reason).toBe('EMFILE');
    expect(count).toBeLessThan(64);
  });

  it('gets no more memory than its base and its budget', async () => {
    const code = `try { new ArrayBuffer(800 * ${MIB}); console.log('"got it"'); } catch (error) { console.log(JSON.stringify(error.name)); }`;
    expect(await seenBy(uid, code)).toBe('RangeError');
  });

  it('is ended when it holds more than it may beyond the mark', async () => {
    const bomb = `${WAIT} const held = []; for (;;) held.push(Buffer.alloc(${MIB}, 1));`;
    const report = await runInBox({ code: bomb, memory: 32 * MIB }, uid);
    expect(report).toMatchObject({ exceeded: true, signal: 'SIGKILL' });
    expect(report.peak).toBeGreaterThan(32 * MIB);
    const modest = `${WAIT} const held = Buffer.alloc(${8 * MIB}, 1); setTimeout(() => process.exit(7), 100)`;
    expect(await runInBox({ code: modest, memory: 32 * MIB }, uid)).toMatchObject({ exceeded: false, code: 7 });
  });

  it('is ended when its processor time is over', async () => {
    const report = await runInBox({ code: 'for (;;);', limits: { cpuMs: 1000 } }, uid);
    expect(report).toMatchObject({ signal: 'SIGKILL', exceeded: false });
  });

  it('says how it ended', async () => {
    expect(await runInBox({ code: 'process.exit(3)' }, uid)).toMatchObject({ code: 3, signal: null });
    expect(await runInBox({ code: 'process.abort()' }, uid)).toMatchObject({ code: null, signal: 'SIGSEGV' });
  });

  it('makes no process unless it is a server of forks', async () => {
    const shell = { shell: true, code: 'echo $(echo forked)' };
    expect(await runInBox(shell, uid)).toMatchObject({ stdout: 'forked\n', code: 0 });
    const code = `const { error } = require('child_process').spawnSync('/agentmesh/node'); console.log(JSON.stringify(error.code))`;
    expect(await seenBy(uid, code)).toBe('EPERM');
  });

  it('has no more processes than it may, of all it makes', async () => {
    const code = 'echo here; for i in 1 2 3 4 5 6 7 8 9; do { read x <&3; } & done; wait';
    const report = await runInBox({ shell: true, code, limits: { threads: 5 }, memory: MIB }, uid);
    expect(report.stderr).toMatch(/cannot fork|Resource temporarily unavailable/i);
  });

  it('is ended with everything that it made', async () => {
    const code = 'for i in 1 2 3; do { while :; do :; done; } & done; echo here; while :; do :; done';
    const started = startBoxHost({ shell: true, code, next: 'kill' }, uid);
    const { guest, monitor } = await started.guest;
    expect(JSON.parse(await started.over)).toMatchObject({ signal: 'SIGKILL', stdout: 'here\n' });
    expect([guest, monitor].map(isGone)).toEqual([true, true]);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('ends with a host that %s ends', async (signal) => {
    const { host, guest, over } = startBoxHost({ code: 'console.log("here"); for (;;);' }, uid);
    const pids = await guest;
    host.kill(signal);
    await over;
    expect(await goneWithin(Object.values(pids), 2000)).toBe(true);
  });

  it('ends with a host that exits', async () => {
    const { guest, over } = startBoxHost({ code: 'console.log("here"); for (;;);', next: 'exit' }, uid);
    const pids = await guest;
    await over;
    expect(await goneWithin(Object.values(pids), 2000)).toBe(true);
  });

  it('ends with a host that is killed while it starts', async () => {
    const before = new Set(readdirSync('/proc'));
    const marker = `agentmesh-${process.pid}-${uid ?? 'own'}`;
    for (const ms of [80, 110, 140, 170, 200, 230]) {
      const { host, over } = startBoxHost({ code: `/* ${marker} */ ${WAIT} for (;;);` }, uid);
      await new Promise((resolve) => setTimeout(resolve, ms));
      host.kill('SIGKILL');
      await over;
    }
    const left = (): string[] =>
      readdirSync('/proc').filter((pid) => !before.has(pid) && read(`/proc/${pid}/cmdline`).includes(marker));
    for (let wait = 0; wait < 100 && left().length > 0; wait += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(left()).toEqual([]);
  });
});

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
