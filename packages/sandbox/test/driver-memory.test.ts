import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { descendantsOf, parentOf } from '../src/drivers/descendants.js';
import type { Program } from '../src/drivers/driver.js';
import { MemoryWatch, type MemoryWatchOptions } from '../src/drivers/memory-watch.js';
import { createPlainDriver } from '../src/drivers/plain.js';

const MIB = 1024 * 1024;
const children: ChildProcess[] = [];

afterAll(() => {
  for (const { pid } of children) {
    try {
      // With everything that it made.
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }
});

/** A process that says when it is ready, and does what it is told by a line. */
async function processWith(
  code: string,
  file = process.execPath,
  option = '-e',
): Promise<ChildProcess & { pid: number }> {
  const child = spawn(file, [option, code], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  if (child.stdout === null) throw new Error('no pipe');
  await once(child.stdout, 'data');
  return child as ChildProcess & { pid: number };
}

/** Settles when the watch calls back. */
function exceeded(options: MemoryWatchOptions, bytes: number): { watch: MemoryWatch; called: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watch = new MemoryWatch(options);
  onTestFinished(() => watch.close());
  watch.limit(bytes, resolve);
  return { watch, called: promise };
}

const GROWING = `console.log('ready'); process.stdin.once('data', () => { globalThis.held = Buffer.alloc(${64 * MIB}, 1); console.log('grown'); });`;

describe.runIf(process.platform === 'linux')('a watch over the memory of a process', () => {
  it('sees it grow, and says so once', async () => {
    const child = await processWith(GROWING);
    const { watch, called } = exceeded({ pid: child.pid }, 32 * MIB);
    child.stdin?.write('grow\n');
    await called;
    expect(watch.peak()).toBeGreaterThan(32 * MIB);
  });

  it('counts from when it began', async () => {
    const child = await processWith(GROWING);
    child.stdin?.write('grow\n');
    if (child.stdout !== null) await once(child.stdout, 'data');
    const { watch, called } = exceeded({ pid: child.pid }, 32 * MIB);
    const first = await Promise.race([called.then(() => 'called'), new Promise((resolve) => setTimeout(resolve, 100))]);
    expect(first).toBe(undefined);
    expect(watch.peak()).toBeLessThan(32 * MIB);
  });

  it('counts from the last rest, whatever was held since', async () => {
    const child = await processWith(GROWING);
    const watch = new MemoryWatch({ pid: child.pid });
    onTestFinished(() => watch.close());
    watch.rest();
    child.stdin?.write('grow\n');
    if (child.stdout !== null) await once(child.stdout, 'data');
    await new Promise<void>((resolve) => watch.limit(32 * MIB, resolve));
    watch.rest();
    watch.limit(32 * MIB, () => expect.unreachable());
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(watch.peak()).toBeLessThan(32 * MIB);
  });

  it('counts memory that is shared with nobody, and page tables', async () => {
    const code = `import mmap, sys
print('ready', flush=True)
sys.stdin.readline()
held = mmap.mmap(-1, ${64 * MIB})
held.write(b'x' * ${64 * MIB})
print('grown', flush=True)
sys.stdin.readline()`;
    const child = await processWith(code, '/usr/bin/python3', '-c');
    const { called } = exceeded({ pid: child.pid }, 32 * MIB);
    child.stdin?.write('grow\n');
    await called;
  });

  it('counts what is held elsewhere', async () => {
    const child = await processWith(GROWING);
    let elsewhere = 10 * MIB;
    const { watch, called } = exceeded({ pid: child.pid, elsewhere: () => elsewhere }, 32 * MIB);
    expect(watch.peak()).toBe(0);
    elsewhere = 60 * MIB;
    await called;
  });

  it('counts forks for what they have beyond their parent', async () => {
    const code = `import os, sys, time
held = bytearray(b'x' * ${40 * MIB})
print('ready', flush=True)
if os.fork() == 0:
    sys.stdin.readline()
    more = bytearray(b'x' * ${64 * MIB})
    time.sleep(60)
time.sleep(60)`;
    const child = await processWith(code, '/usr/bin/python3', '-c');
    const alone = exceeded({ pid: child.pid }, 32 * MIB);
    const { watch, called } = exceeded({ pid: child.pid, forks: true }, 32 * MIB);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(watch.peak()).toBeLessThan(16 * MIB);
    child.stdin?.write('grow\n');
    await called;
    expect(alone.watch.peak()).toBeLessThan(16 * MIB);
  });

  it('ends with the process, and is none where there is no such process', async () => {
    const child = await processWith(GROWING);
    const { watch } = exceeded({ pid: child.pid }, MIB);
    child.kill();
    await once(child, 'exit');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(watch.peak()).toBeGreaterThanOrEqual(0);
    expect(exceeded({ pid: 2 ** 22 + 1, forks: true }, 1).watch.peak()).toBe(undefined);
  });
});

describe.runIf(process.platform === 'linux')('descendants of a process', () => {
  it('are those it made, and those that they made', async () => {
    const child = await processWith('(sleep 30 & echo ready; wait) & wait', '/bin/sh', '-c');
    const found = descendantsOf(child.pid);
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(found.every((pid) => pid === child.pid || [child.pid, ...found].includes(parentOf(pid) ?? 0))).toBe(true);
    expect(descendantsOf(process.pid)).toEqual(expect.arrayContaining([child.pid, ...found]));
    for (const pid of found) process.kill(pid, 'SIGKILL');
  });

  it('are none of a process that is not there', () => {
    expect(descendantsOf(2 ** 22 + 1)).toEqual([]);
    expect(parentOf(2 ** 22 + 1)).toBe(undefined);
  });
});

describe.runIf(process.platform !== 'win32')('a plain process', () => {
  const program = (code: string, more: Partial<Program> = {}): Program => ({
    id: 'test',
    ...more,
    command: (place) => ({
      file: place(process.execPath, '/agentmesh/node'),
      args: ['-e', code],
      env: { GIVEN: 'yes' },
    }),
  });
  const LIMITS = { descriptors: 50, threads: 16, memoryBytes: 64 * MIB, cpuMs: 5000 };

  async function run(what: Program): Promise<{ text: string; code: number | null; signal: string | null }> {
    const box = createPlainDriver().start(what, LIMITS);
    let text = '';
    for (const stream of [box.stdout, box.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
    }
    return { ...(await box.closed), text };
  }

  it('has the environment that it is given, and limits', async () => {
    const { text } = await run(
      program(
        'console.log(JSON.stringify(process.env), require("child_process").execSync("ulimit -n; ulimit -f; ulimit -c; ulimit -t", {env:{}}).toString())',
      ),
    );
    expect(text).toBe('{"GIVEN":"yes"} 50\n0\n0\n5\n\n');
  });

  it.runIf(process.platform === 'linux')('gets no more memory than its base and its budget', async () => {
    const greedy = `try { new ArrayBuffer(900 * ${MIB}); console.log('got it'); } catch (error) { console.log(error.name); }`;
    expect((await run(program(greedy, { dataBytes: 640 * MIB }))).text).toBe('RangeError\n');
    expect((await run(program(greedy))).text).toBe('got it\n');
  });

  it('can be watched, again for each call, and let go', async () => {
    const box = createPlainDriver().start(program('console.log(1); setInterval(() => {}, 1000);'), LIMITS);
    box.stderr.resume();
    await once(box.stdout, 'data');
    expect(box.peakMemory()).toBe(undefined);
    for (let call = 0; call < 3; call += 1) {
      box.limitMemory(32 * MIB, () => expect.unreachable());
      box.rest();
    }
    expect(box.peakMemory()).toBe(process.platform === 'linux' ? 0 : undefined);
    box.unref();
    box.ref();
    expect(box.guestPid()).toBe(box.pid);
    box.kill();
    expect(await box.closed).toMatchObject({ signal: 'SIGKILL' });
  });

  it('that cannot be started says why', async () => {
    const driver = createPlainDriver('language');
    expect(driver.level).toBe('language');
    const nothing: Program = { id: 'test', command: () => ({ file: '/nowhere/node', args: [], env: {} }) };
    const box = driver.start(nothing, LIMITS);
    box.stdout.resume();
    box.stderr.resume();
    expect((await box.closed).code).toBe(127);
  });
});
