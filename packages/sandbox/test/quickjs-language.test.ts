import { describe, expect, it } from 'vitest';
import { quickJs, runQuickJs, startGuest } from './direct-guest.js';

describe('modules in quickjs', () => {
  it.each<[string, Record<string, string>]>([
    ['CommonJS by its ending', { 'index.cjs': 'exports.run = (input) => input.n + 1;' }],
    ['CommonJS by module.exports', { 'index.js': 'module.exports = { run: (input) => input.n + 1 };' }],
    ['an ES module by its ending', { 'index.mjs': 'export const run = (input) => input.n + 1;' }],
    ['an ES module by its syntax', { 'index.js': 'export function run(input) { return input.n + 1; }' }],
    [
      'an ES module by package.json',
      { 'index.js': 'export const run = (input) => input.n + 1;', 'package.json': '{"type":"module"}' },
    ],
    ['a file with a line for a shell', { 'index.mjs': '#!/usr/bin/env node\nexport const run = (i) => i.n + 1;' }],
    ['CommonJS with a line for a shell', { 'index.cjs': '#!/usr/bin/env node\nexports.run = (i) => i.n + 1;' }],
    [
      'a module with top-level await',
      { 'index.mjs': 'const one = await Promise.resolve(1);\nexport const run = (input) => input.n + one;' },
    ],
    ['TypeScript', { 'index.ts': 'export function run(input: { n: number }): number { return input.n + 1; }' }],
    [
      'TypeScript that names its neighbour .js',
      {
        'index.ts': "import { one } from './lib/one.js';\nexport const run = (i: { n: number }): number => i.n + one;",
        'lib/one.ts': 'export const one: number = 1;',
      },
    ],
    [
      'two CommonJS modules, the ending left out',
      {
        'index.cjs': "const { one } = require('./lib');\nexports.run = (input) => input.n + one;",
        'lib/index.js': 'exports.one = 1;',
      },
    ],
    [
      'CommonJS imported by name',
      {
        'index.mjs':
          "import { one } from './one.cjs';\nimport whole from './one.cjs';\nexport const run = (input) => input.n + one * whole.one;",
        'one.cjs': 'exports.one = 1; exports["odd name"] = 2;',
      },
    ],
    [
      'an ES module required',
      {
        'index.cjs':
          "const { one } = require('./one.mjs');\nexports.run = (i) => i.n + one + require('./one.mjs').one - 1;",
        'one.mjs': 'export const one = 1;',
      },
    ],
    [
      'an ES module imported by CommonJS',
      {
        'index.cjs': "exports.run = async (input) => input.n + (await import('./one.mjs')).one;",
        'one.mjs': 'export const one = 1;',
      },
    ],
    [
      'JSON required',
      {
        'index.cjs': "const { one } = require('./data.json');\nexports.run = (input) => input.n + one;",
        'data.json': '{"one":1}',
      },
    ],
    [
      'JSON imported, with a name that is none to JavaScript',
      {
        'index.mjs':
          "import data from './data.json' with { type: 'json' };\nexport const run = (input) => input.n + data.one + Object.keys(data).indexOf('__proto__');",
        'data.json': '{"__proto__":{"one":5},"one":1}',
      },
    ],
    [
      'a file with an odd name',
      {
        'index.mjs': "import { one } from './a%20b%25c.mjs';\nexport const run = (input) => input.n + one;",
        'a b%c.mjs': 'export const one = 1;',
      },
    ],
    [
      'modules in a cycle',
      {
        'index.cjs': "exports.one = 1; exports.run = require('./b.cjs').run;",
        'b.cjs': "const a = require('./index.cjs'); exports.run = (input) => input.n + a.one;",
      },
    ],
  ])('runs %s', async (_, files) => {
    expect(await runQuickJs(files, { n: 41 })).toMatchObject({ result: 42 });
  });

  it('gives a plugin the names it knows: __dirname, import.meta, require.main', async () => {
    const source = 'exports.run = () => [__filename, __dirname, require.main === module, require.resolve("./index")];';
    expect((await runQuickJs({ 'index.cjs': source })).result).toEqual([
      '/plugin/index.cjs',
      '/plugin',
      true,
      '/plugin/index.cjs',
    ]);
    const module = 'export const run = () => [import.meta.url, import.meta.filename, import.meta.dirname];';
    expect((await runQuickJs({ 'a b.mjs': module })).result).toEqual([
      'file:///plugin/a%20b.mjs',
      '/plugin/a b.mjs',
      '/plugin',
    ]);
  });

  it.each<[string, string, string]>([
    ['a module that is not there', 'require("./gone");', 'no file "./gone"'],
    ['a path out of the plugin', 'require("../../etc/passwd");', 'no file'],
    ['a built-in of Node', 'require("node:fs");', 'node:fs'],
    ['an address', 'exports.run = () => import("data:text/javascript,1");', 'data:text/javascript'],
    ['top-level await in a required module', 'require("./late.mjs");', 'top-level await'],
    ['a NUL in a source', 'exports.run = 1;\0 require("fs")', 'NUL'],
    ['what is no JavaScript', 'exports.run = () => {{;', ''],
    ['a module that throws', 'exports.run = () => import("./throws.mjs");', 'from within'],
  ])('tells for %s', async (_, source, message) => {
    const files = {
      'index.js': source,
      'late.mjs': 'await new Promise((r) => setTimeout(r, 10));',
      'throws.mjs': 'throw new Error("from within");',
    };
    const { error } = await runQuickJs(files);
    expect(error?.kind).toBe('plugin');
    expect(error?.message).toContain(message);
  });

  it('says that it cannot offer a module when asked for loading alone', async () => {
    const guest = await startGuest(await quickJs(), {
      'index.mjs': "import { createHash } from 'node:crypto';\nexport const run = createHash;",
    });
    expect((await guest.call(null)).error).toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('node:crypto'),
    });
    const other = await startGuest(await quickJs(), { 'index.mjs': 'export const run = () => 1;' });
    expect((await other.call(null)).result).toBe(null);
  });
});

describe('answers of quickjs', () => {
  it.each<[string, string, unknown]>([
    ['undefined as null', '() => undefined', null],
    ['the envelope as its content', '() => ({ result: { valid: true } })', { valid: true }],
    ['an object with result and more as it is', '() => ({ result: 1, error: 2 })', { result: 1, error: 2 }],
    ['what JSON leaves out as JSON does', '() => ({ a: undefined, f() {}, n: NaN })', { n: null }],
    ['text beyond ASCII', '() => "žluťoučký \\u{1f40e} \\ud800 \\0"', 'žluťoučký 🐎 \ud800 \0'],
    ['a promise as what it settles to', 'async () => { await null; return 1; }', 1],
    ['a thenable as what it settles to', '() => ({ then(done) { done(2); } })', 2],
  ])('give %s', async (_, body, result) => {
    expect((await runQuickJs(`exports.run = ${body};`)).result).toEqual(result);
  });

  it('keep __proto__ in input and result as data', async () => {
    const input: unknown = JSON.parse('{"__proto__":{"polluted":true}}');
    const { result } = await runQuickJs('exports.run = (input) => ({ own: Object.keys(input), back: input });', input);
    expect(JSON.stringify(result)).toBe('{"own":["__proto__"],"back":{"__proto__":{"polluted":true}}}');
  });

  it('are refused when JSON cannot carry them or they are too large', async () => {
    const cyclic = 'exports.run = () => { const a = {}; a.a = a; return a; };';
    expect((await runQuickJs(cyclic)).error).toMatchObject({ kind: 'invalid-output' });
    expect((await runQuickJs('exports.run = () => 1n;')).error).toMatchObject({ kind: 'invalid-output' });
    expect((await runQuickJs('exports.run = () => () => 1;')).error).toMatchObject({ kind: 'invalid-output' });
    const large = await runQuickJs('exports.run = () => "é".repeat(600);', null, { resultBytes: 1000 });
    expect(large.error).toMatchObject({ kind: 'invalid-output', message: 'it is larger than 1000 bytes' });
  });

  it('name the functions there are, own exports alone', async () => {
    const { error } = await runQuickJs('exports.a = () => 1; exports.b = () => 2; exports.c = 3;');
    expect(error).toEqual({ kind: 'no-function', message: 'a, b' });
    const guest = await startGuest(await quickJs(), { 'index.js': 'exports.a = () => 1;' });
    for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) {
      expect((await guest.call(name)).error?.kind).toBe('no-function');
    }
  });
});

describe("a plugin's own faults in quickjs", () => {
  it("come as type, message and the plugin's own stack lines", async () => {
    const { error } = await runQuickJs({
      'index.mjs': "import { check } from './lib/check.mjs';\nexport const run = () => check(null);",
      'lib/check.mjs': 'export function check(x) {\n  return x.y;\n}',
    });
    expect(error?.type).toBe('TypeError');
    expect(error?.stack?.split('\n')).toEqual([
      'at check (lib/check.mjs:2:11)',
      expect.stringMatching(/^at run \(index\.mjs:2:\d+\)$/),
    ]);
  });

  it.each<[string, string, string, string]>([
    ['a rejected promise', 'exports.run = async () => { throw new RangeError("no"); };', 'RangeError', 'no'],
    ['a fault while loading', 'throw new Error("at load");', 'Error', 'at load'],
    [
      'an uncaught error of a timer',
      'exports.run = () => { setTimeout(() => { throw new Error("late"); }, 1); return new Promise(() => {}); };',
      'Error',
      'late',
    ],
    ['null', 'exports.run = () => { throw null; };', 'null', 'null'],
    ['a symbol', 'exports.run = () => { throw Symbol("s"); };', 'symbol', 'Symbol(s)'],
    [
      'an object that cannot be shown',
      'exports.run = () => { throw Object.create(null); };',
      'object',
      'cannot be shown',
    ],
    [
      'an error with hostile members',
      'exports.run = () => { const e = new Error("x"); for (const k of ["message", "stack", "name"]) Object.defineProperty(e, k, { get() { throw e; } }); throw e; };',
      'Error',
      'cannot be shown',
    ],
    ['endless recursion', 'exports.run = () => { const f = () => f(); f(); };', 'InternalError', 'stack'],
    [
      'recursion in what QuickJS does itself',
      'exports.run = () => JSON.parse("[".repeat(1e6));',
      'SyntaxError',
      'stack',
    ],
    ['a name that is not there', 'exports.run = () => process.exit();', 'ReferenceError', 'process'],
  ])('are told for %s', async (_, source, type, message) => {
    const { error } = await runQuickJs(source);
    expect(error).toMatchObject({ kind: 'plugin', type });
    expect(error?.message).toContain(message);
  });

  it('end the process when nothing can settle the promise any more', async () => {
    expect((await runQuickJs('exports.run = () => new Promise(() => {});')).exit).toEqual({
      code: null,
      signal: 'SIGKILL',
    });
  });
});
