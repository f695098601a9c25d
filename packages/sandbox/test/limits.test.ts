import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runSource, sandboxWith } from './box.js';

const MIB = 1024 * 1024;

/** Guests of this process that are alive, seen in /proc; nothing to see elsewhere. */
function guests(): number {
  if (process.platform !== 'linux') return 0;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isGuest(pid)).length;
}

function isGuest(pid: string): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    if (!status.includes(`PPid:\t${process.pid}\n`) || /State:\tZ/.test(status)) return false;
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('runner.cjs');
  } catch {
    return false;
  }
}

describe('time', () => {
  it.each([
    ['an endless loop', 'exports.run = () => { for (;;); };'],
    ['an endless loop while loading', 'for (;;);'],
    [
      'endless microtasks',
      'exports.run = () => { const spin = () => queueMicrotask(spin); spin(); return new Promise(() => {}); };',
    ],
    ['a regular expression that never ends', 'exports.run = () => /^(([a-z])+.)+[A-Z]([a-z])+$/.test("a".repeat(64));'],
    ['a timer that keeps it waiting', 'exports.run = () => new Promise(() => setInterval(() => {}, 1000));'],
    ['a getter of the result that never returns', 'exports.run = () => ({ get x() { for (;;); } });'],
  ])('ends %s', async (_, source) => {
    const started = performance.now();
    await expect(runSource(source, null, { timeoutMs: 400 })).rejects.toMatchObject({ code: 'SANDBOX_TIMEOUT' });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(guests()).toBe(0);
  });

  it('is taken from the call before the sandbox', async () => {
    const { sandbox, plugin } = await sandboxWith({ 'index.js': 'exports.run = () => { for (;;); };' });
    await expect(sandbox.execute({ plugin, function: 'run', timeoutMs: 300 })).rejects.toMatchObject({
      code: 'SANDBOX_TIMEOUT',
      message: 'The plugin gave no answer within 300 ms',
    });
  });

  it('ends a call at once when nothing can settle it any more', async () => {
    const outcome = runSource('exports.run = () => new Promise(() => {});');
    await expect(outcome).rejects.toMatchObject({
      code: 'SANDBOX_CRASH',
      message: expect.stringContaining('without an answer'),
    });
  });

  it('is not prolonged by timers that a plugin leaves behind', async () => {
    const outcome = await runSource('exports.run = () => { setInterval(() => {}, 1000); return "honest"; };');
    expect(outcome.result).toBe('honest');
    expect(guests()).toBe(0);
  });
});

describe('memory', () => {
  it.each([
    ['the heap', 'exports.run = () => { const a = []; for (;;) a.push(new Array(1e5).fill(Math.random())); };'],
    [
      'buffers',
      'exports.run = async () => { const a = []; for (;;) { a.push(Buffer.alloc(8 << 20, 1)); await new Promise((r) => setTimeout(r, 1)); } };',
    ],
    ['text', 'exports.run = () => { const a = []; for (;;) a.push(Buffer.alloc(1 << 20, 65).toString("latin1")); };'],
  ])('in %s is limited', async (_, source) => {
    await expect(runSource(source, null, { limits: { memoryBytes: 64 * MIB } })).rejects.toMatchObject({
      code: 'SANDBOX_MEMORY',
    });
    expect(guests()).toBe(0);
  });

  it('of WebAssembly is limited: the kernel refuses it, or the host ends the call', async () => {
    const source =
      'exports.run = () => { const m = new WebAssembly.Memory({ initial: 1, maximum: 16000 }); m.grow(15000); const u = new Uint8Array(m.buffer); for (let i = 0; i < u.length; i += 4096) u[i] = 1; for (;;); };';
    const outcome: unknown = await runSource(source, null, { limits: { memoryBytes: 64 * MIB } }).catch(
      (error: unknown) => error,
    );
    expect(outcome).toSatisfy(
      (found: { code?: string; error?: { type: string } }) =>
        found.code === 'SANDBOX_MEMORY' || found.error?.type === 'RangeError',
    );
  });

  it('within the budget is given', async () => {
    const { result } = await runSource('exports.run = () => Buffer.alloc(40 << 20, 1).length;', null, {
      limits: { memoryBytes: 96 * MIB },
    });
    expect(result).toBe(40 * MIB);
  });
});

describe('output', () => {
  it('is kept up to a limit', async () => {
    const { logs, result } = await runSource('exports.run = () => { console.log("B".repeat(1 << 20)); return 1; };');
    expect(result).toBe(1);
    expect(logs.stdout).toBe('B'.repeat(256 * 1024));
    expect(logs.truncated).toBe(true);
  });

  it('beyond its limit ends the plugin', async () => {
    const flood =
      'exports.run = () => { const s = "B".repeat(1 << 20); for (;;) { console.log(s); console.error(s); } };';
    const failure: unknown = await runSource(flood).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'SANDBOX_OUTPUT_LIMIT', logs: { truncated: true } });
    expect(guests()).toBe(0);
  });

  it.each([
    ['larger than its limit', '() => "A".repeat(1 << 20)', /larger than 1048576 bytes/],
    ['larger in bytes than in characters', '() => "\\u20ac".repeat(400000)', /larger than 1048576 bytes/],
    ['a BigInt', '() => ({ n: 10n })', /BigInt/],
    ['a cycle', '() => { const a = {}; a.a = a; return a; }', /circular/],
    ['a function', '() => () => 1', /function is no JSON value/],
    ['a symbol', '() => Symbol("s")', /symbol is no JSON value/],
    ['a toJSON that throws', '() => ({ toJSON() { throw new Error("boom"); } })', /boom/],
    [
      'nested too deep to be written',
      '() => { let s = null; for (let i = 0; i < 5e5; i++) s = [s]; return s; }',
      /call stack|deeper than 512/,
    ],
    [
      'nested too deep to be taken',
      '() => { let s = null; for (let i = 0; i < 600; i++) s = [s]; return s; }',
      /deeper than 512/,
    ],
  ])('that is %s is refused', async (_, body, message) => {
    const outcome = runSource(`exports.run = ${body};`);
    await expect(outcome).rejects.toMatchObject({
      code: 'SANDBOX_INVALID_OUTPUT',
      message: expect.stringMatching(message),
    });
  });

  it('up to a raised limit is taken', async () => {
    const { result } = await runSource('exports.run = () => "A".repeat(3 << 20);', null, {
      limits: { resultBytes: 4 * MIB },
    });
    expect(result).toHaveLength(3 * MIB);
  });
});

describe('input', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  let deep: unknown = null;
  for (let i = 0; i < 1e5; i += 1) deep = [deep];

  it.each<[string, unknown]>([
    ['a function', () => 1],
    ['a BigInt', { n: 1n }],
    ['not a number', [Number.NaN]],
    ['undefined in a list', [undefined]],
    ['an instance of a class', { when: new Date(0) }],
    ['a Map', new Map()],
    ['a cycle', cyclic],
    ['a hundred thousand levels', deep],
    ['toJSON', { toJSON: () => 1 }],
    ['more than 8 MiB', 'x'.repeat(9 * MIB)],
  ])('that is %s is refused', async (_, input) => {
    await expect(runSource('exports.run = () => 1;', input)).rejects.toMatchObject({ code: 'SANDBOX_INVALID_CALL' });
  });

  it('of several MiB arrives', async () => {
    const { result } = await runSource('exports.run = (text) => text.length;', 'x'.repeat(7 * MIB));
    expect(result).toBe(7 * MIB);
  });

  it.each([
    ['a time', { timeoutMs: 0 }],
    ['too long a time', { timeoutMs: 300_001 }],
    ['a size', { limits: { resultBytes: 17 * MIB } }],
    ['a fraction', { limits: { depth: 1.5 } }],
  ])('with %s out of range is refused', async (_, options) => {
    await expect(runSource('exports.run = () => 1;', null, options)).rejects.toMatchObject({
      code: 'SANDBOX_INVALID_CALL',
    });
  });
});

describe('ending a call', () => {
  it('by a signal', async () => {
    const { sandbox, plugin } = await sandboxWith({
      'index.js': 'exports.run = () => { console.log("on"); for (;;); };',
    });
    const controller = new AbortController();
    const call = sandbox.execute({ plugin, function: 'run', signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 50);
    await expect(call).rejects.toMatchObject({ code: 'SANDBOX_ABORTED', cause: { message: 'enough' } });
    await expect(sandbox.execute({ plugin, function: 'run', signal: controller.signal })).rejects.toMatchObject({
      code: 'SANDBOX_ABORTED',
    });
    expect(guests()).toBe(0);
  });

  it('by closing the sandbox, which leaves no process and takes no call', async () => {
    const { sandbox, plugin } = await sandboxWith({ 'index.js': 'exports.run = () => { for (;;); };' });
    const calls = [1, 2, 3].map(() => sandbox.execute({ plugin, function: 'run' }).catch((error: unknown) => error));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await sandbox.close();
    expect(guests()).toBe(0);
    for (const call of calls) expect(await call).toMatchObject({ code: 'SANDBOX_ABORTED' });
    await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({ code: 'SANDBOX_ABORTED' });
  });
});
