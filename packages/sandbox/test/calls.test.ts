import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PluginSandbox } from '@agentmesh/sandbox';
import { describe, expect, it } from 'vitest';
import { freshFolder, installPlugin, runSource, sandboxWith } from './box.js';

describe('formats', () => {
  it.each<[string, Record<string, string>]>([
    ['CommonJS by its ending', { 'index.cjs': 'exports.run = (input) => input.n + 1;' }],
    ['CommonJS by module.exports', { 'index.js': 'module.exports = { run: (input) => input.n + 1 };' }],
    ['an ES module by its ending', { 'index.mjs': 'export const run = (input) => input.n + 1;' }],
    [
      'an ES module by package.json',
      { 'index.js': 'export const run = (input) => input.n + 1;', 'package.json': '{"type":"module"}' },
    ],
    [
      'CommonJS by package.json',
      { 'index.js': 'exports.run = (input) => input.n + 1;', 'package.json': '{"type":"commonjs"}' },
    ],
    ['an ES module by its syntax', { 'index.js': 'export function run(input) { return input.n + 1; }' }],
    [
      'an ES module with a broken package.json',
      { 'index.js': 'export function run(input) { return input.n + 1; }', 'package.json': '{' },
    ],
    [
      'a module with top-level await',
      { 'index.mjs': 'const one = await Promise.resolve(1);\nexport const run = (input) => input.n + one;' },
    ],
    ['an async function', { 'index.mjs': 'export async function run(input) { await null; return input.n + 1; }' }],
    [
      'TypeScript as an ES module',
      { 'index.ts': 'export function run(input: { n: number }): number { return input.n + 1; }' },
    ],
    [
      'TypeScript as CommonJS',
      {
        'index.ts': 'exports.run = (input: { n: number }): number => input.n + 1;',
        'package.json': '{"type":"commonjs"}',
      },
    ],
    [
      'TypeScript that names its neighbour .js',
      {
        'index.ts':
          "import { add } from './lib/add.js';\nexport const run = (input: { n: number }): number => add(input.n, 1);",
        'lib/add.ts': 'export function add(a: number, b: number): number { return a + b; }',
      },
    ],
    [
      'two ES modules',
      {
        'index.mjs': "import { one } from './lib/one.mjs';\nexport const run = (input) => input.n + one;",
        'lib/one.mjs': 'export const one = 1;',
      },
    ],
    [
      'two CommonJS modules, the ending left out',
      {
        'index.cjs': "const { one } = require('./lib/one');\nexports.run = (input) => input.n + one;",
        'lib/one.js': 'exports.one = 1;',
      },
    ],
    [
      'a folder with an index',
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
        'index.cjs': "const { one } = require('./one.mjs');\nexports.run = (input) => input.n + one;",
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
      'JSON imported',
      {
        'index.mjs':
          "import data from './data.json' with { type: 'json' };\nexport const run = (input) => input.n + data.one;",
        'data.json': '{"one":1}',
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
      'CommonJS modules in a cycle',
      {
        'index.cjs': "exports.one = 1; exports.run = require('./b.cjs').run;",
        'b.cjs': "const a = require('./index.cjs'); exports.run = (input) => input.n + a.one;",
      },
    ],
  ])('runs %s', async (_, files) => {
    expect(await runSource(files, { n: 41 })).toMatchObject({ result: 42, isolation: 'process' });
  });

  it('gives a plugin the names it knows: __dirname, import.meta, require.main', async () => {
    const source =
      "exports.run = () => [__filename, require.main === module, require.resolve('./index'), typeof require.cache];";
    const { result } = await runSource({ 'index.cjs': source });
    expect(result).toEqual(['/plugin/index.cjs', true, '/plugin/index.cjs', 'object']);
    const module =
      "import { fileURLToPath } from 'node:url';\nexport const run = () => [fileURLToPath(import.meta.url), import.meta.resolve('./index.mjs')];";
    expect((await runSource({ 'index.mjs': module })).result).toEqual([
      '/plugin/index.mjs',
      'file:///plugin/index.mjs',
    ]);
  });

  it('lets a plugin use the computing modules of Node', async () => {
    const source = `import { createHash } from 'node:crypto';
      import path from 'path';
      import { gzipSync, gunzipSync } from 'zlib';
      import { setTimeout as wait } from 'node:timers/promises';
      import assert from 'assert';
      export async function run(text) {
        await wait(1);
        assert.equal(1, 1);
        return [createHash('sha256').update(text).digest('hex').slice(0, 8), path.join('a', '../b'), gunzipSync(gzipSync(text)).toString()];
      }`;
    expect((await runSource({ 'index.mjs': source }, 'abc')).result).toEqual(['ba7816bf', 'b', 'abc']);
  });
});

describe('answers', () => {
  it.each<[string, string, unknown]>([
    ['undefined as null', '() => undefined', null],
    ['the envelope as its content', '() => ({ result: { valid: true } })', { valid: true }],
    ['an envelope with undefined as null', '() => ({ result: undefined })', null],
    ['an object with result and more as it is', '() => ({ result: 1, error: 2 })', { result: 1, error: 2 }],
    ['an object with the single key error as it is', '() => ({ error: "data" })', { error: 'data' }],
    ['what JSON leaves out as JSON does', '() => ({ a: undefined, f() {}, n: NaN })', { n: null }],
    ['text beyond ASCII', '() => "žluťoučký \\u{1f40e} \\ud800"', 'žluťoučký 🐎 \ud800'],
  ])('gives %s', async (_, body, result) => {
    expect((await runSource(`exports.run = ${body};`)).result).toEqual(result);
  });

  it('keeps __proto__ in input and result as data', async () => {
    const input: unknown = JSON.parse('{"__proto__":{"polluted":true}}');
    const { result } = await runSource('exports.run = (input) => ({ own: Object.keys(input), back: input });', input);
    expect(JSON.stringify(result)).toBe('{"own":["__proto__"],"back":{"__proto__":{"polluted":true}}}');
    expect('polluted' in {}).toBe(false);
  });

  it('passes null for an input that is left out, and calls the default export by its name', async () => {
    const { sandbox, plugin } = await sandboxWith({ 'index.mjs': 'export default (input) => [input];' });
    expect((await sandbox.execute({ plugin, function: 'default' })).result).toEqual([null]);
    const other = await sandboxWith({ 'index.cjs': 'module.exports = (input) => [input];' });
    expect((await other.sandbox.execute({ plugin: other.plugin, function: 'default' })).result).toEqual([null]);
  });

  it('keeps what a plugin prints apart from what it answers, and tells it as it comes', async () => {
    const logs: string[] = [];
    const onLog = (log: { stream: string; text: string }): void => void logs.push(`${log.stream}: ${log.text}`);
    const source =
      'exports.run = () => { console.log("one %d", 1, { a: [1] }); console.error("two"); process.stdout.write("three"); return 4; };';
    const outcome = await runSource(source, null, { onLog });
    expect(outcome).toMatchObject({
      result: 4,
      logs: { stdout: 'one 1 { a: [ 1 ] }\nthree', stderr: 'two\n', truncated: false },
    });
    expect(logs.join('')).toContain('stderr: two\n');
  });

  it('runs many calls at once, each with its own answer, and carries nothing over', async () => {
    const { sandbox, plugin } = await sandboxWith({
      'index.js': 'let n = 0; exports.run = (i) => [i, n++, globalThis.x, (globalThis.x = 1)];',
    });
    const calls = [0, 1, 2, 3, 4, 5].map((input) => sandbox.execute({ plugin, function: 'run', input }));
    expect((await Promise.all(calls)).map((outcome) => outcome.result)).toEqual(
      [0, 1, 2, 3, 4, 5].map((i) => [i, 0, null, 1]),
    );
  });

  it('follows links: the plugins folder and the plugin in it', async () => {
    const [store, links] = [await freshFolder(), await freshFolder()];
    await installPlugin(store, { name: 'linked', files: { 'index.js': 'exports.run = () => "here";' } });
    await symlink(join(store, 'linked'), join(links, 'linked'));
    await symlink(links, join(store, 'plugins'));
    const sandbox = new PluginSandbox({ pluginsDir: join(store, 'plugins') });
    expect((await sandbox.execute({ plugin: 'linked', function: 'run' })).result).toBe('here');
  });
});

describe("a plugin's own faults", () => {
  it("come as type, message and the plugin's own stack lines", async () => {
    const files = {
      'index.mjs': "import { check } from './lib/check.mjs';\nexport const run = () => check(null);",
      'lib/check.mjs': 'export function check(x) {\n  return x.y;\n}',
    };
    const { error } = await runSource(files);
    expect(error?.type).toBe('TypeError');
    expect(error?.message).toContain("reading 'y'");
    expect(error?.stack[0]).toBe('at check (lib/check.mjs:2:12)');
    expect(error?.stack.every((line) => !line.includes('guest'))).toBe(true);
  });

  it.each<[string, string, string, string]>([
    ['a rejected promise', 'exports.run = async () => { throw new RangeError("no"); };', 'RangeError', 'no'],
    ['a fault while loading', 'throw new Error("at load");', 'Error', 'at load'],
    ['a syntax error', 'exports.run = () => {{;', 'SyntaxError', 'Unexpected'],
    [
      'an unhandled rejection',
      'exports.run = () => { Promise.reject(new Error("stray")); return new Promise((r) => setTimeout(r, 5000)); };',
      'Error',
      'stray',
    ],
    [
      'an uncaught error of a timer',
      'exports.run = () => { setTimeout(() => { throw new Error("late"); }, 1); return new Promise((r) => setTimeout(r, 5000)); };',
      'Error',
      'late',
    ],
    ['process.exit', 'exports.run = () => process.exit(0);', 'Error', 'process.exit is not available'],
    ['null', 'exports.run = () => { throw null; };', 'null', 'null'],
    ['a symbol', 'exports.run = () => { throw Symbol("s"); };', 'symbol', 'Symbol(s)'],
    ['text', 'exports.run = () => { throw "text"; };', 'string', 'text'],
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
    ['a module that is not there', 'require("./gone");', 'Error', 'no file \\"./gone\\"'.replaceAll('\\', '')],
    ['a path out of the plugin', 'require("../../etc/passwd");', 'Error', 'no file'],
    ['a require of no text', 'require(1);', 'TypeError', 'as text'],
    ['top-level await in a required module', 'exports.run = () => require("./late.mjs");', 'Error', 'require'],
  ])('are told for %s', async (_, source, type, message) => {
    const { error } = await runSource({
      'index.js': source,
      'late.mjs': 'await new Promise((r) => setTimeout(r, 10));',
    });
    expect(error?.type).toBe(type);
    expect(error?.message).toContain(message);
  });

  it('are cut to their limits', async () => {
    const source =
      'exports.run = () => { const e = new Error("E".repeat(1e6)); e.name = "N".repeat(1e6); e.stack = ("file:///plugin/" + "S".repeat(1e3) + "\\n").repeat(1e3); throw e; };';
    const { error } = await runSource(source);
    expect(error?.message).toBe('E'.repeat(4096));
    expect(error?.type).toHaveLength(100);
    expect(error?.stack).toHaveLength(20);
    expect(error?.stack[0]).toHaveLength(300);
  });
});

describe('a package.json', () => {
  it('of many megabytes is not read again for each file', async () => {
    const files: Record<string, string> = { 'package.json': `{"a":[${'0,'.repeat(2_000_000)}0]}` };
    for (let n = 0; n < 300; n += 1) files[`lib/${n}.js`] = '';
    const plugin = { files: { ...files, 'index.js': 'exports.run = () => 1;' } };
    const started = performance.now();
    expect((await runSource(plugin.files)).result).toBe(1);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('TypeScript', () => {
  it.each([
    ['an enum', 'enum Colour { red }\nexport const run = () => Colour.red;', /index\.ts: .*enum/],
    ['import equals', "import fs = require('fs');\nexport const run = () => fs;", /index\.ts: .*import equals/],
    [
      'a parameter property',
      'class A { constructor(private a: number) {} }\nexport const run = () => new A(1);',
      /index\.ts: .*parameter property/,
    ],
    ['what cannot be parsed', 'export const = 1;', /index\.ts/],
  ])('with %s is refused and the file is named', async (_, source, message) => {
    await expect(runSource({ 'index.ts': source })).rejects.toMatchObject({
      code: 'TYPESCRIPT_UNSUPPORTED',
      message: expect.stringMatching(message),
    });
  });

  it('in a file that nothing imports, such as a test or declarations, keeps no plugin from running', async () => {
    const files = {
      'index.ts': 'export const run = (): number => 1;',
      'index.test.ts': 'enum Colour { red }',
      'types.d.ts': 'declare enum Colour { red }',
    };
    expect((await runSource(files)).result).toBe(1);
    const importing = { ...files, 'index.ts': "import './index.test.ts';\nexport const run = (): number => 1;" };
    expect((await runSource(importing)).error).toMatchObject({
      type: 'SyntaxError',
      message: expect.stringContaining('enum'),
    });
  });

  it('that breaks the parser breaks it for nobody else', async () => {
    const bomb = `export const run = (): number => ${'('.repeat(5000)}1${')'.repeat(5000)};`;
    await expect(runSource({ 'index.ts': bomb })).rejects.toMatchObject({ code: 'TYPESCRIPT_UNSUPPORTED' });
    const aside = { 'index.ts': 'export const run = (): number => 1;', 'aside.ts': bomb };
    await expect(runSource(aside)).rejects.toMatchObject({
      code: 'TYPESCRIPT_UNSUPPORTED',
      message: expect.stringContaining('aside.ts'),
    });
    expect((await runSource({ 'index.ts': 'export const run = (): number => 2;' })).result).toBe(2);
  });

  it('keeps lines and columns, and warns nobody about a function of Node', async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', onWarning);
    const { error } = await runSource({
      'index.ts': 'interface A { b: number }\nexport function run(a: A): number {\n  return a.b;\n}',
    });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(error?.stack[0]).toBe('at run (index.ts:3:12)');
    expect(warnings).toEqual([]);
  });
});

describe('another file than the entry', () => {
  const FILES = {
    'index.mjs': 'export const run = () => "entry";',
    'graphs/one.mjs':
      'class Graph { constructor() { this.step = 2; } async invoke(input) { return { n: input.n + this.step }; } }\nexport const graph = new Graph();\nexport const run = () => "other";\nexport const data = { n: 1 };',
  };

  it.each(['node', 'quickjs'] as const)(
    'is run under %s when it is asked for, and so is the method invoke of an object',
    async (engine) => {
      const level = engine === 'node' ? {} : ({ isolation: 'language', minimumIsolation: 'language' } as const);
      const { sandbox, plugin } = await sandboxWith({ files: FILES, manifest: { engine } }, level);
      const call = (name: string, entry?: string) =>
        sandbox.execute({ plugin, function: name, input: { n: 1 }, entry });
      expect(await call('run')).toMatchObject({ result: 'entry', engine });
      expect(await call('run', 'graphs/one.mjs')).toMatchObject({ result: 'other', engine });
      expect(await call('graph', './graphs/one.mjs')).toMatchObject({ result: { n: 3 }, engine });
      await expect(call('data', 'graphs/one.mjs')).rejects.toMatchObject({ code: 'SANDBOX_INVALID_CALL' });
      for (const entry of ['absent.mjs', '../index.mjs', '/etc/passwd', 'graphs']) {
        await expect(call('run', entry)).rejects.toMatchObject({ code: 'NO_ENTRY' });
      }
    },
  );
});
