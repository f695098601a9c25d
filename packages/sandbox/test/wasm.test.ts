import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { GuestCommand } from '../src/drivers/driver.js';
import { type DirectCall, type DirectGuest, type DirectOutcome, startGuest, wasm } from './direct-guest.js';
import { compileWat } from './wat/compile-wat.js';

const MIB = 1024 * 1024;
const EXAMPLE = new URL('../../../examples/plugins/word-count-wasm/word_count_wasm.wasm', import.meta.url);

/** What every module has: memory, its version, and memory given away from 4096 on. */
const FRAME = `(memory (export "memory") 1)
  (global $free (mut i32) (i32.const 4096))
  (func (export "agentmesh_abi") (result i32) (i32.const 1))
  (func $alloc (export "agentmesh_alloc") (param $size i32) (result i32)
    (global.get $free) (global.set $free (i32.add (global.get $free) (local.get $size))))`;

/** Address and length of what $name gave back as JSON. */
const packed = (at: number, length: number): string => `(i64.const ${(BigInt(at) << 32n) | BigInt(length)})`;

describe('the example', () => {
  it('counts words', async () => {
    const guest = await startGuest(await wasm(), { 'word_count_wasm.wasm': readFileSync(EXAMPLE) });
    for (const text of ['This is a short response.', '', '  \t a\nb \\ "c" ', 'žluť 🐎', 'word '.repeat(60_000)]) {
      const words = text.split(/[ \t\n]+/).filter((word) => word !== '').length;
      expect(await guest.call('count', text)).toEqual({ result: { words }, logs: '' });
    }
  });

  it('reports what it cannot take', async () => {
    const guest = await startGuest(await wasm(), { 'word_count_wasm.wasm': readFileSync(EXAMPLE) });
    expect((await guest.call('count', { n: 1 })).error).toMatchObject({
      kind: 'plugin',
      type: 'Error',
      message: 'expected a text to count the words of',
      stack: expect.stringMatching(/^at count \(word_count_wasm\.wasm:wasm-function\[\d+\]:0x[0-9a-f]+\)$/),
    });
  });

  it('is made from its text, byte for byte', async () => {
    const text = readFileSync(new URL(EXAMPLE.href.replace(/wasm$/, 'wat')), 'utf8');
    expect(Buffer.from(await compileWat(text)).equals(readFileSync(EXAMPLE))).toBe(true);
  });
});

describe('a call of a module', () => {
  it('gets a fresh instance: memory, globals and tables are those of the module', async () => {
    const guest = await start(`(global $count (mut i32) (i32.const 48))
      (func (export "run") (param i32 i32) (result i64)
        (i32.store8 (i32.const 100) (i32.add (i32.load8_u (i32.const 101)) (global.get $count)))
        (i32.store8 (i32.const 101) (i32.const 7))
        (global.set $count (i32.const 57))
        ${packed(100, 1)})`);
    for (let count = 0; count < 3; count += 1) expect(await guest.call('run')).toEqual({ result: 0, logs: '' });
  });

  it('passes input and result as JSON, and the envelope as its content', async () => {
    const echo = `(func (export "run") (param $at i32) (param $length i32) (result i64)
      (i64.or (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32)) (i64.extend_i32_u (local.get $length))))
      (func (export "nothing") (param i32 i32) (result i64) (i64.const 0))`;
    const guest = await start(echo);
    const inputs = [{ a: [1, 'žluť 🐎 \0', null, -0.5] }, 'text', null, { result: 1, error: 2 }];
    for (const input of inputs) expect((await guest.call('run', input)).result).toEqual(input);
    expect((await guest.call('run', { result: { valid: true } })).result).toEqual({ valid: true });
    expect((await guest.call('nothing')).result).toBe(null);
    const hostile: unknown = JSON.parse('{"__proto__":{"polluted":1}}');
    expect(JSON.stringify((await guest.call('run', hostile)).result)).toBe('{"__proto__":{"polluted":1}}');
    expect((await guest.call('run', 'x'.repeat(30_000), { resultBytes: 1000 })).error).toMatchObject({
      kind: 'invalid-output',
      message: 'it is larger than 1000 bytes',
    });
  });

  it.each<[string, string]>([
    ['no JSON', 'nonsense'],
    ['nothing at all', ''],
    ['half a character', '"\\c5"'],
    ['too deep a nest', '['.repeat(900) + ']'.repeat(900)],
  ])('is refused when its result is %s', async (name, data) => {
    const length = data.length - (data.includes('\\') ? 2 : 0);
    const guest = await start(`(data (i32.const 0) "${data.replaceAll('"', '\\22')}")
      (func (export "run") (param i32 i32) (result i64) ${length === 0 ? packed(1, 0) : packed(0, length)})`);
    const { error, result } = await guest.call('run');
    if (name === 'too deep a nest') expect(Array.isArray(result)).toBe(true);
    else expect(error?.kind).toBe('invalid-output');
  });

  it.each<[string, string, string, RegExp]>([
    ['a trap', '(unreachable)', 'RuntimeError', /unreachable/],
    [
      'a division by zero',
      '(drop (i32.div_u (i32.const 1) (i32.const 0))) (i64.const 0)',
      'RuntimeError',
      /divide by zero/,
    ],
    [
      'a read outside of memory',
      '(drop (i32.load (i32.const 0x7fffffff))) (i64.const 0)',
      'RuntimeError',
      /out of bounds/,
    ],
    ['endless recursion', '(call $run (i32.const 0) (i32.const 0))', 'RangeError', /stack/],
    ['a result outside of memory', packed(0xffff_fff0, 100), 'AbiError', /lie outside of the memory/],
    ['a text outside of memory', '(call $fail (i32.const -1) (i32.const 2)) (i64.const 0)', 'AbiError', /lie outside/],
    [
      'a stream there is not',
      '(call $log (i32.const 3) (i32.const 0) (i32.const 0)) (i64.const 0)',
      'AbiError',
      /streams 1 and 2/,
    ],
  ])("tells %s as the plugin's own fault", async (_, body, type, message) => {
    const guest = await start(
      `(func $run (export "run") (param i32 i32) (result i64) ${body})`,
      '(import "agentmesh" "fail" (func $fail (param i32 i32))) (import "agentmesh" "log" (func $log (param i32 i32 i32)))',
    );
    const { error } = await guest.call('run');
    expect(error).toMatchObject({ kind: 'plugin', type });
    expect(error?.message).toMatch(message);
    if (type !== 'AbiError') expect(error?.stack).toMatch(/^at run \(plugin\.wasm:wasm-function\[\d+\]:0x[0-9a-f]+\)/);
    expect((await guest.call('other')).error?.kind).toBe('no-function');
  });

  it('finds own functions of the plugin alone', async () => {
    const guest = await start(`(func (export "run") (param i32 i32) (result i64) (i64.const 0))
      (func (export "b") (param i32 i32) (result i64) (i64.const 0)) (global (export "c") i32 (i32.const 1))`);
    for (const name of ['agentmesh_abi', 'agentmesh_alloc', 'memory', 'c', 'toString', '__proto__', 'constructor']) {
      expect((await guest.call(name)).error).toEqual({ kind: 'no-function', message: 'run, b' });
    }
    expect((await guest.call(null)).result).toBe(null);
  });

  it('runs _initialize first, where there is one', async () => {
    const guest = await start(`(func (export "_initialize") (i32.store8 (i32.const 0) (i32.const 0x35)))
      (func (export "run") (param i32 i32) (result i64) ${packed(0, 1)})`);
    expect((await guest.call('run')).result).toBe(5);
  });
});

describe('what a module may import', () => {
  it('prints, in order, to two streams', async () => {
    const { result, logs } = await run(
      `(data (i32.const 0) "one\\0atwo\\0a")
       (func (export "run") (param i32 i32) (result i64)
         (call $log (i32.const 1) (i32.const 0) (i32.const 4)) (call $log (i32.const 2) (i32.const 4) (i32.const 4)) (i64.const 0))`,
      '(import "agentmesh" "log" (func $log (param i32 i32 i32)))',
    );
    expect({ result, logs }).toEqual({ result: null, logs: 'stdout: one\nstderr: two\n' });
  });

  it('tells the time and gives random bytes', async () => {
    const guest = await start(
      `(func (export "run") (param i32 i32) (result i64)
         (if (f64.lt (call $now) (f64.const 1700000000000)) (then (unreachable)))
         (call $random (i32.const 8) (i32.const 2))
         (i32.store8 (i32.const 0) (i32.const 0x22))
         (i32.store8 (i32.const 1) (i32.add (i32.const 0x40) (i32.and (i32.load8_u (i32.const 8)) (i32.const 0x1f))))
         (i32.store8 (i32.const 2) (i32.add (i32.const 0x5d) (i32.and (i32.load8_u (i32.const 9)) (i32.const 0x1f))))
         (i32.store8 (i32.const 3) (i32.const 0x22)) ${packed(0, 4)})`,
      '(import "agentmesh" "now" (func $now (result f64))) (import "agentmesh" "random" (func $random (param i32 i32)))',
    );
    const seen = new Set();
    for (let count = 0; count < 12; count += 1) seen.add(JSON.stringify((await guest.call('run')).result));
    expect(seen.size).toBeGreaterThan(1);
  });

  it('reads the variables it was granted and no others', async () => {
    const guest = await start(
      `(data (i32.const 0) "TOKENHOME")
       (func (export "run") (param i32 i32) (result i64) (call $env (i32.const 0) (i32.const 5)))
       (func (export "other") (param i32 i32) (result i64) (call $env (i32.const 5) (i32.const 4)))`,
      '(import "agentmesh" "env" (func $env (param i32 i32) (result i64)))',
    );
    const env = { TOKEN: '"secret"' };
    expect((await guest.call('run', null, { env })).result).toBe('secret');
    expect((await guest.call('other', null, { env })).result).toBe(null);
    expect((await guest.call('run')).result).toBe(null);
  });

  it('makes requests when it was granted the network, and does not load otherwise', async () => {
    const guest = await start(
      `(data (i32.const 0) "{\\22url\\22:\\22https://a.example/\\22,\\22method\\22:\\22GET\\22,\\22headers\\22:[]}")
       (func (export "run") (param i32 i32) (result i64) (call $fetch (i32.const 0) (i32.const 56)))
       (func (export "bad") (param i32 i32) (result i64) (call $fetch (i32.const 0) (i32.const 5)))`,
      '(import "agentmesh" "fetch" (func $fetch (param i32 i32) (result i64)))',
    );
    const seen: unknown[] = [];
    const options: DirectCall = {
      fetch: true,
      onFetch: (request) => {
        seen.push(request);
        return { status: 200, headers: [], body: 'AA==' };
      },
    };
    expect((await guest.call('run', null, options)).result).toEqual({ status: 200, headers: [], body: 'AA==' });
    expect(seen).toEqual([{ url: 'https://a.example/', method: 'GET', headers: [] }]);
    expect((await guest.call('bad', null, options)).error?.message).toContain('no JSON');
    expect((await guest.call('run')).error).toMatchObject({
      type: 'AbiError',
      message: expect.stringContaining('not granted'),
    });
  });
});

describe('a module that does not keep to the ABI is refused, with the reason', () => {
  const ABI = '(func (export "agentmesh_abi") (result i32) (i32.const 1))';
  const ALLOC = '(func (export "agentmesh_alloc") (param i32) (result i32) (i32.const 0))';
  const RUN = '(func (export "run") (param i32 i32) (result i64) (i64.const 0))';
  const MEMORY = '(memory (export "memory") 1)';

  it.each<[string, string, RegExp]>([
    [
      'WASI',
      `(import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32))) ${MEMORY}`,
      /imports the function wasi_snapshot_preview1\.fd_write/,
    ],
    ['an unknown function', `(import "agentmesh" "exec" (func)) ${MEMORY}`, /imports the function agentmesh\.exec/],
    ['an imported memory', '(import "agentmesh" "memory" (memory 1))', /imports the memory agentmesh\.memory/],
    ['an imported global', `(import "agentmesh" "log" (global i32)) ${MEMORY}`, /imports the global agentmesh\.log/],
    ['no memory', '', /0 memories/],
    ['a memory that it keeps to itself', `(memory 1) ${ABI} ${ALLOC}`, /exports no memory memory/],
    ['more memory at once than it may have', `(memory (export "memory") 2049) ${ABI} ${ALLOC}`, /wants 2049 pages/],
    ['no version', `${MEMORY} ${ALLOC}`, /exports no function agentmesh_abi/],
    [
      'another version',
      `${MEMORY} ${ALLOC} (func (export "agentmesh_abi") (result i32) (i32.const 2))`,
      /version 2 of the ABI/,
    ],
    ['nowhere to put the input', `${MEMORY} ${ABI}`, /exports no function agentmesh_alloc/],
    [
      'an input put outside of memory',
      `${MEMORY} ${ABI} (func (export "agentmesh_alloc") (param i32) (result i32) (i32.const -1))`,
      /lie outside/,
    ],
    [
      'an address that is none',
      `${MEMORY} ${ABI} (func (export "agentmesh_alloc") (param i32) (result i64) (i64.const 1))`,
      /returned no i32/,
    ],
    [
      'a start function that traps',
      `${MEMORY} ${ABI} ${ALLOC} (start $start) (func $start (unreachable))`,
      /unreachable/,
    ],
  ])('%s', async (_, text, message) => {
    const guest = await startGuest(await wasm(), { 'plugin.wasm': await compileWat(`(module ${text} ${RUN})`) });
    const { error } = await guest.call('run');
    expect(error?.kind).toBe('plugin');
    expect(error?.message).toMatch(message);
    expect((await guest.call('run')).error?.message).toBe(error?.message);
  });

  it('a function that returns no i64', async () => {
    const guest = await start('(func (export "run") (param i32 i32) (result i32) (i32.const 0))');
    expect((await guest.call('run')).error).toMatchObject({
      type: 'AbiError',
      message: 'the function run returned no i64',
    });
  });

  it('bytes that are no module', async () => {
    const guest = await startGuest(await wasm(), { 'plugin.wasm': Buffer.from('not a module') });
    expect((await guest.call('run')).error).toMatchObject({ kind: 'plugin', type: 'CompileError' });
  });

  // Too new for the assembler: sections written by hand. Each has one memory with other flags, or two.
  it.each<[string, number[]]>([
    ['a shared memory', [5, 4, 1, 3, 1, 1]],
    ['a memory of 64 bits', [5, 3, 1, 4, 1]],
    ['two memories', [5, 5, 2, 0, 1, 0, 1]],
  ])('%s', async (_, section) => {
    const bytes = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section]);
    const guest = await startGuest(await wasm(), { 'plugin.wasm': bytes });
    expect((await guest.call('run')).error?.type).toMatch(/^(AbiError|CompileError)$/);
  });
});

it('ends by itself where no box does it, when the host is gone and a loop is not', async () => {
  const engine = await wasm();
  const impatient = {
    ...engine,
    command: (...args: Parameters<typeof engine.command>) => withLongest(engine.command(...args)),
  };
  const module = await compileWat(
    `(module ${FRAME} (func (export "run") (param i32 i32) (result i64) (loop $on (br $on)) (i64.const 0)))`,
  );
  const guest = await startGuest(impatient, { 'plugin.wasm': module });
  expect((await guest.call('run')).exit).toEqual({ code: null, signal: 'SIGKILL' });
});

describe('memory of a module', () => {
  const GROW = `(func (export "run") (param i32 i32) (result i64)
    (if (i32.eq (memory.grow (i32.const 2000)) (i32.const -1)) (then (unreachable))) (i64.const 0))
    (func (export "fill") (param i32 i32) (result i64) (local $at i32)
      (loop $next
        (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then (unreachable)))
        (local.set $at (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 65536)))
        (i32.store (local.get $at) (i32.const 1))
        (br $next)) (i64.const 0))`;

  it('cannot grow past the budget; one demand that is too large by itself fails alone', async () => {
    const guest = await start(GROW, '', 64 * MIB);
    expect((await guest.call('run')).error).toMatchObject({ type: 'RuntimeError', message: 'unreachable' });
    expect((await guest.call('fill')).exit?.signal).toBe('SIGABRT');
    expect((await (await start(GROW)).call('run')).result).toBe(null);
  });

  it.runIf(process.platform === 'linux')('of many calls is given back', async () => {
    const guest = await start(`(func (export "run") (param i32 i32) (result i64)
      (drop (memory.grow (i32.const 100))) (memory.fill (i32.const 8192) (i32.const 1) (i32.const 6000000)) (i64.const 0))`);
    for (let count = 0; count < 60; count += 1) expect((await guest.call('run')).result).toBe(null);
    const status = readFileSync(`/proc/${guest.pid}/status`, 'utf8');
    expect(Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1])).toBeLessThan(100 * 1024);
  });
});

function withLongest(command: GuestCommand): GuestCommand {
  expect(command.args.at(-1)).toBe('305000');
  return { ...command, args: command.args.with(-1, '300') };
}

async function start(text: string, imports = '', memoryBytes?: number): Promise<DirectGuest> {
  const module = await compileWat(`(module ${imports} ${FRAME} ${text})`);
  return startGuest(await wasm(memoryBytes), { 'plugin.wasm': module });
}

async function run(text: string, imports = ''): Promise<DirectOutcome> {
  return (await start(text, imports)).call('run');
}
