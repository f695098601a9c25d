import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
