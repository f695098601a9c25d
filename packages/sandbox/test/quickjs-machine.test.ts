/// <reference path="../src/guest/webassembly.d.ts" />
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { quickJs, runQuickJs, startGuest } from './direct-guest.js';

const MIB = 1024 * 1024;

describe('a fresh machine for each call', () => {
  it('finds nothing of the call before: no global, no patched prototype, no variable, no timer', async () => {
    const source = `let count = 0;
      exports.run = (input) => {
        const seen = [count++, globalThis.left, [].patched, JSON.stringify({ a: 1 }), Math.max(1, 2), typeof setTimeout];
        globalThis.left = input;
        Array.prototype.patched = input;
        JSON.stringify = () => '"hijacked"';
        Math.max = () => input;
        setInterval(() => { globalThis.left = 1; }, 1);
        delete globalThis.setTimeout;
        return seen;
      };`;
    const guest = await startGuest(await quickJs(), { 'index.js': source });
    const fresh = { result: [0, null, null, '{"a":1}', 2, 'function'], logs: '' };
    for (const input of [1, 2, 3]) expect(await guest.call('run', input)).toEqual(fresh);
  });

  it('stays so after a fault of the plugin, a recursion, and memory that had to grow', async () => {
    const source = `let count = 0;
      exports.run = () => count++;
      exports.fail = () => { count = 9; throw new Error('no'); };
      exports.recurse = () => { count = 9; const f = () => f(); f(); };
      exports.nest = () => { count = 9; let a = {}; for (let i = 0; i < 2e4; i += 1) a = { a }; return a; };
      exports.grow = () => { count = 9; return 'x'.repeat(3e7).length; };`;
    const guest = await startGuest(await quickJs(), { 'index.js': source });
    for (const name of ['fail', 'recurse', 'nest', 'grow', 'grow']) {
      await guest.call(name);
      expect((await guest.call('run')).result).toBe(0);
    }
  });

  it.each<[string, Record<string, string>]>([
    ['an ES module', { 'index.mjs': 'console.log("ran"); const at = Math.random(); export const run = () => at;' }],
    ['CommonJS', { 'index.cjs': 'console.log("ran"); const at = Math.random(); exports.run = () => at;' }],
    [
      'CommonJS that an ES module imports',
      {
        'index.mjs': "import { at } from './a.mjs'; export const run = () => at;",
        'a.mjs': "import b from './b.js'; export const at = b;",
        'b.js': 'console.log("ran"); module.exports = Math.random();',
      },
    ],
    [
      'an ES module that is imported late',
      {
        'index.mjs': "export const run = async () => (await import('./a.mjs')).at;",
        'a.mjs': "import './c.mjs'; export const at = Math.random();",
        'c.mjs': 'console.log("ran");',
      },
    ],
    [
      'an ES module that CommonJS requires late',
      {
        'index.cjs': "exports.run = () => require('./a.mjs').at;",
        'a.mjs': 'console.log("ran"); export const at = Math.random();',
      },
    ],
    [
      'modules with top-level await, in their order',
      {
        'index.mjs': "import { at } from './a.mjs'; import './b.mjs'; export const run = () => at;",
        'a.mjs': 'await new Promise((done) => setTimeout(done, 5)); console.log("r"); export const at = Math.random();',
        'b.mjs': "import './a.mjs'; console.log('an');",
      },
    ],
  ])('runs the top level of %s, in each of them and not before', async (_, files) => {
    const guest = await startGuest(await quickJs(), files);
    const outcomes = [await guest.call('run'), await guest.call('run'), await guest.call('run')];
    for (const { logs } of outcomes) expect(logs.replaceAll(/stdout: |\n/g, '')).toBe('ran');
    expect(new Set(outcomes.map(({ result }) => result)).size).toBe(3);
  });

  it('has a module that is imported late share those that were there, in circles too', async () => {
    const guest = await startGuest(await quickJs(), {
      'index.mjs': "import { n } from './a.mjs'; export const run = async () => [n, (await import('./c.mjs')).m()];",
      'a.mjs': 'let count = 0; export const n = () => ++count; n.toJSON = n;',
      'c.mjs':
        "import { n } from './a.mjs'; import { run } from './index.mjs'; export const m = () => [n(), typeof run];",
    });
    for (let count = 0; count < 2; count += 1) expect((await guest.call('run')).result).toEqual([2, [1, 'function']]);
  });

  it('draws other random numbers each time', async () => {
    const guest = await startGuest(await quickJs(), {
      'index.js':
        'exports.run = () => [Math.random(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(8))].join()];',
    });
    const draws = [await guest.call('run'), await guest.call('run')].flatMap(({ result }) => result);
    expect(new Set(draws).size).toBe(6);
    expect(draws[1]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('is the one before the first call, byte for byte, whatever a call did', async () => {
    const { machine, run } = await directMachine(`
      exports.small = () => 1;
      exports.stack = () => { const f = (n) => (n === 0 ? 0 : 1 + f(n - 1)); return f(1500); };
      exports.heap = () => new Array(50000).fill(0).map((_, i) => ({ i })).length;
      exports.zeros = () => new Uint8Array(400000).length;
      exports.dates = () => new Date(2020, 1, 1).toLocaleString() + new Date().getTimezoneOffset();
      exports.patterns = () => /(a+)+b/.test('aaaaab'.repeat(1000)) + '\\u0130'.toLowerCase() + 'é'.normalize('NFD');
      exports.big = () => String(3n ** 2000n);
      exports.fail = () => { throw new Error('no'); };`);
    for (const name of ['small', 'stack', 'heap', 'zeros', 'dates', 'patterns', 'big', 'fail', 'small']) {
      run(name);
      expect(machine.isFresh, `${name} left nothing behind`).toBe(false);
      await machine.restore(false);
      expect(machine.isFresh, `after ${name}`).toBe(true);
    }
  });

  it('has what is set aside for it grow when a call needed more', async () => {
    const { machine, run } = await directMachine('exports.run = () => "x".repeat(2e6).length;');
    const memories = new Set();
    for (let count = 0; count < 4; count += 1) {
      run('run');
      await machine.restore(false);
      memories.add(machine.memoryId);
      expect(machine.isFresh).toBe(true);
    }
    expect(memories.size).toBeLessThan(4);
  });
});

describe('memory of quickjs', () => {
  it.each([
    ['strings', 'const a = []; for (;;) a.push("x".repeat(1e5) + a.length);'],
    ['objects', 'let a; for (;;) a = { a };'],
    ['bytes', 'const a = []; for (;;) a.push(new Uint8Array(1e6).fill(1));'],
    [
      'what is caught',
      'const a = []; for (;;) try { for (;;) a.push("x".repeat(1e5) + a.length); } catch (e) { throw e; }',
    ],
  ])('ends the process by a signal when %s fill it, at its budget', async (_, body) => {
    const { exit } = await runQuickJs(`exports.run = () => { ${body} };`, null, { memoryBytes: 32 * MIB });
    expect(exit?.signal).toBe('SIGABRT');
  });

  it('refuses one allocation that is too large by itself, and the plugin can go on', async () => {
    const source = 'exports.run = () => { try { new ArrayBuffer(1e9); } catch (e) { return e.message; } };';
    const guest = await startGuest(await quickJs(), { 'index.js': source });
    expect((await guest.call('run')).result).toBe('out of memory');
    expect((await guest.call('run')).result).toBe('out of memory');
  });

  it('is what the call says, not what the process was started with', async () => {
    const source = 'exports.run = (n) => "x".repeat(n).length;';
    const guest = await startGuest(await quickJs(16 * MIB), { 'index.js': source });
    expect((await guest.call('run', 60e6, { memoryBytes: 128 * MIB })).result).toBe(60e6);
    expect((await guest.call('run', 60e6, { memoryBytes: 16 * MIB })).error?.message).toBe('out of memory');
  });

  it.runIf(process.platform === 'linux')('of an idle process is at most 25 MiB private', async () => {
    const guest = await startGuest(await quickJs(), { 'index.js': 'exports.run = (n) => "x".repeat(n).length;' });
    for (let count = 0; count < 50; count += 1) await guest.call('run', 1000);
    const rollup = readFileSync(`/proc/${guest.pid}/smaps_rollup`, 'utf8');
    const dirty = Number(/^Private_Dirty:\s+(\d+) kB$/m.exec(rollup)?.[1]);
    expect(dirty).toBeGreaterThan(1000);
    expect(dirty).toBeLessThan(25 * 1024);
  });
});

/** The machine itself, in this process. */
async function directMachine(source: string): Promise<{ machine: DirectMachine; run(name: string): void }> {
  const require = createRequire(import.meta.url);
  const { Machine } = require('../src/guest/quickjs/machine.cjs');
  const { CallHost } = require('../src/guest/quickjs/call-host.cjs');
  const { readProgram } = require('../src/guest/quickjs/program.cjs');
  const loader = require.resolve('@jitl/quickjs-wasmfile-release-sync/emscripten-module');
  const host = new CallHost(128 * MIB, () => undefined);
  const functions = host.functions.with(0, () => 0);
  const compiled = new WebAssembly.Module(readFileSync(loader.replace(/cjs$/, 'wasm')));
  const options = {
    factory: require(loader),
    compiled,
    program: readProgram(),
    host: functions,
    shouldStop: () => false,
  };
  const machine = await Machine.create(options, 128 * MIB);
  machine.runJobs();
  const files = [{ path: 'index.js', text: source, format: 'commonjs' }];
  machine.call('takePlugin', Buffer.from(JSON.stringify({ entry: 'index.js', files, builtins: [] })));
  machine.seal();
  const limits = { resultBytes: MIB, errorUnits: 4096, memoryBytes: 128 * MIB };
  const run = (name: string): void => {
    host.start();
    machine.call(
      'call',
      Buffer.from(JSON.stringify({ function: name, input: null, fetch: false, env: {}, ...limits })),
    );
    machine.runJobs();
    expect(host.isOver).toBe(true);
  };
  return { machine, run };
}

interface DirectMachine {
  readonly isFresh: boolean;
  readonly memoryId: unknown;
  restore(isDamaged: boolean): Promise<void>;
}
