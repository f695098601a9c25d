import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { withFileLock } from '@agentmesh/files';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-files-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** A process that takes the lock with SQLite's own call, says so, and keeps it. */
async function holder(path: string): Promise<ChildProcess> {
  const code = `const { DatabaseSync } = require('node:sqlite'); const d = new DatabaseSync(process.argv[1]);
    d.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => d, 1000);`;
  const child = spawn(process.execPath, ['-e', code, path], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return child;
}

describe('withFileLock', () => {
  it('lets one holder in at a time', async () => {
    const counter = join(folder, 'counter');
    await writeFile(counter, '0');
    const add = () =>
      withFileLock(join(folder, 'lock'), {}, async () => {
        const value = Number(await readFile(counter, 'utf8'));
        await sleep(1);
        await writeFile(counter, String(value + 1));
      });
    await Promise.all(Array.from({ length: 20 }, add));
    expect(await readFile(counter, 'utf8')).toBe('20');
  });

  it('says once that it waits, and goes on when the holder is killed', async () => {
    const path = join(folder, 'lock');
    const child = await holder(path);
    const waits: string[] = [];
    const done = withFileLock(path, { onWait: (waited) => waits.push(waited) }, async () => 'in');
    await sleep(60);
    child.kill('SIGKILL');
    expect(await done).toBe('in');
    expect(waits).toEqual([path]);
  });

  it('tells who waits what it waits for, and of each new holder', async () => {
    const path = join(folder, 'lock');
    const since = new Date(Date.UTC(2026, 0, 2));
    const told: (readonly [string, unknown])[] = [];
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const hold = (action: string, until: Promise<void>) =>
      withFileLock(path, { purpose: { action, since } }, async () => until);
    const one = hold('install a', first.promise);
    await sleep(20);
    const waiting = withFileLock(path, { onWait: (at, holder) => told.push([at, holder]) }, async () => 'in');
    await sleep(60);
    expect(told).toEqual([[path, { pid: process.pid, action: 'install a', since }]]);
    const two = hold('uninstall b\u001b[2J', second.promise);
    first.resolve();
    second.resolve();
    await Promise.all([one, two]);
    expect(await waiting).toBe('in');
    expect(await readdir(folder)).toEqual(['lock']);
  });

  it('shows no control characters of an action, and believes nothing that is no note', async () => {
    const path = join(folder, 'lock');
    await holder(path);
    const told: unknown[] = [];
    const since = new Date(0).toISOString();
    const notes = [
      '{',
      'null',
      '[]',
      '{"pid":"1","action":"x","since":"1970"}',
      '{"pid":1,"action":"x"}',
      `{"pid":1,"since":"${since}"}`,
      ' '.repeat(5_000),
    ];
    for (const note of notes) {
      await writeFile(`${path}.holder`, note);
      const waiting = withFileLock(path, { timeoutMs: 1, onWait: (_path, who) => told.push(who) }, async () => 1);
      await expect(waiting).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    }
    expect(told).toEqual(notes.map(() => undefined));
    await writeFile(`${path}.holder`, JSON.stringify({ pid: 7, action: `x\u001b[2J${'y'.repeat(900)}`, since }));
    const waiting = withFileLock(path, { timeoutMs: 1, onWait: (_path, who) => told.push(who) }, async () => 1);
    await expect(waiting).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    expect(told.at(-1)).toMatchObject({ pid: 7, action: expect.stringMatching(/^x\\u001b\[2Jy+…$/) });
  });

  it('writes its note through no link that was put there', async () => {
    const path = join(folder, 'lock');
    await writeFile(join(folder, 'victim'), 'dear');
    await symlink('victim', `${path}.holder`);
    const purpose = { action: 'a', since: new Date(0) };
    expect(await withFileLock(path, { purpose }, () => readFile(`${path}.holder`, 'utf8'))).toContain('"action":"a"');
    expect(await readFile(join(folder, 'victim'), 'utf8')).toBe('dear');
  });

  it('gives up after its time with LOCK_TIMEOUT', async () => {
    const path = join(folder, 'lock');
    await holder(path);
    await expect(withFileLock(path, { timeoutMs: 30 }, async () => 1)).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
  });

  it('stops waiting when aborted', async () => {
    const path = join(folder, 'lock');
    await holder(path);
    await expect(withFileLock(path, { signal: AbortSignal.timeout(30) }, async () => 1)).rejects.toThrow(/abort/i);
  });

  it('lets go of the lock when the work throws', async () => {
    const path = join(folder, 'lock');
    const fail = withFileLock(path, {}, async () => {
      throw new Error('work');
    });
    await expect(fail).rejects.toThrow('work');
    expect(await withFileLock(path, { timeoutMs: 10 }, async () => 'free')).toBe('free');
  });
});

/** A database whose journal has an older SQLite delete `victim`, as a crash between two databases would. */
async function plantJournal(path: string, victim: string): Promise<void> {
  const magic = Buffer.from('d9d505f920a163d7', 'hex');
  const head = Buffer.alloc(4096);
  magic.copy(head);
  // One page in the database before, sectors and pages of 4096 bytes.
  for (const [at, value] of [[16, 1], [20, 4096], [24, 4096]] as const) head.writeUInt32BE(value, at); // biome-ignore format: pairs
  const name = Buffer.from(victim);
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32BE(2 ** 30 / 4096 + 1, 0);
  numbers.writeUInt32BE(name.length, 4);
  numbers.writeUInt32BE(
    name.reduce((sum, byte) => sum + byte, 0),
    8,
  );
  await writeFile(`${path}-journal`, Buffer.concat([head, numbers.subarray(0, 4), name, numbers.subarray(4), magic]));
}

describe('a lock that came with a hostile project', () => {
  const expectRefused = (path: string) =>
    expect(withFileLock(path, { timeoutMs: 30 }, async () => 1)).rejects.toMatchObject({ code: 'FILE_NOT_REGULAR' });

  it('is refused when it is a database, whose journal could delete any file', async () => {
    const path = join(folder, 'lock');
    const victim = join(folder, 'victim');
    await writeFile(victim, 'dear');
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE t (a)');
    database.close();
    await plantJournal(path, victim);
    await expectRefused(path);
    await writeFile(path, '');
    expect(await withFileLock(path, {}, async () => 'in')).toBe('in');
    expect(await readFile(victim, 'utf8')).toBe('dear');
  });

  it('is refused when it is a link, which would make a file elsewhere', async () => {
    await symlink(join(folder, 'elsewhere'), join(folder, 'lock'));
    await expectRefused(join(folder, 'lock'));
    expect(await readdir(folder)).toEqual(['lock']);
  });

  it('is refused when it is a folder or a text', async () => {
    await mkdir(join(folder, 'dir'));
    await writeFile(join(folder, 'text'), 'no lock');
    for (const name of ['dir', 'text']) await expectRefused(join(folder, name));
  });

  it.runIf(process.platform !== 'win32')('is refused when it may only be read: two could hold it then', async () => {
    const path = join(folder, 'lock');
    await writeFile(path, '', { mode: 0o444 });
    await chmod(folder, 0o755);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.('nobody');
    try {
      await expectRefused(path);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});
