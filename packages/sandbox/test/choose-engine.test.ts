import { describe, expect, it, vi } from 'vitest';
import { chooseEngine } from '../src/choose-engine.js';
import { findNodeNeeds } from '../src/engine-choice/find-node-needs.js';
import { prepareJavaScript } from '../src/engines/prepare-javascript.js';
import { PluginSandboxError } from '../src/plugin-sandbox-error.js';
import type { GuestAnswer } from '../src/pool/guest-call.js';
import { encodeFrame } from '../src/protocol/encode-frame.js';
import { FrameKind } from '../src/protocol/frame.js';

const LOADED: GuestAnswer = answer(FrameKind.result, null);

describe('a plugin that names what only Node has', () => {
  it.each<[string, string]>([
    ['Intl in a function', 'export const run = (n) => new Intl.NumberFormat("de").format(n);'],
    ['Buffer in a function', 'exports.run = (t) => Buffer.from(t).length;'],
    ['URL', 'export class A { run(u) { return new URL(u).host; } }'],
    ['process', 'exports.run = () => process.env.TOKEN;'],
    ['WebAssembly in an arrow in an object', 'export default { run: () => WebAssembly.validate([]) };'],
    ['a shorthand', 'export const all = () => ({ URL });'],
    ['a default', 'export const run = (options = { signal: new AbortController().signal }) => options;'],
    ['a method of ICU', 'export const run = (list) => list.sort((a, b) => a.localeCompare(b));'],
    ['a number for a country', 'export const run = (n) => n.toLocaleString("de");'],
    ['the rest of crypto', 'export const run = () => crypto.subtle.digest("SHA-256", new Uint8Array());'],
    ['import.meta.resolve', 'export const run = () => import.meta.resolve("./x.js");'],
    ['a built-in imported in a function', 'export const run = async () => (await import("node:crypto")).randomUUID();'],
    ['a built-in required in a function', 'exports.run = () => require("util").inspect(1);'],
    ['a built-in exported on', 'export { createHash } from "node:crypto";\nexport * from "node:path";'],
    ['a name in a template', 'export const run = (u) => `host: $' + '{new URL(u)}`;'],
  ])('%s: runs in node, and is not even loaded', async (_, text) => {
    const load = vi.fn(async () => LOADED);
    expect(await choose({ 'index.js': text }, load)).toBe('node');
    expect(load).not.toHaveBeenCalled();
  });

  it.each<[string, string]>([
    ['in a comment', 'export const run = () => 1; // new Intl.NumberFormat, Buffer, require("util")'],
    ['in a text', 'export const run = () => "Buffer and process.env and require(\'util\')";'],
    ['in a pattern', 'export const run = (t) => /Buffer|Intl/.test(t);'],
    ['as a member', 'export const run = (input) => input.process + input.Buffer.URL;'],
    ['as a key', 'export const run = () => ({ process: 1, URL: 2, Event() {} });'],
    ['as a class of its own', 'class URL {} export const run = () => new URL();'],
    ['as a function of its own', 'export function process(input) { return input; } export const run = process;'],
    ['as a parameter', 'export const run = ({ url: URL }, [File = 1], ...Event) => [URL, File, Event];'],
    ['as a label', 'export const run = () => { Event: for (;;) break Event; };'],
    ['as what it imports', 'import { URL } from "./url.js"; export const run = () => new URL();'],
    ['under another name of its own', 'export const URLOf = (t) => t; export { URLOf as URL };'],
    [
      'behind a question whether it is there',
      'export const run = () => typeof Buffer === "undefined" && typeof process;',
    ],
    ['in a test that nothing imports', 'export const run = () => 1;'],
    ['as a built-in that no engine has', 'export const run = () => import("node:fs").catch(() => 1);'],
  ])('%s: runs in quickjs', async (_, text) => {
    const files = {
      'index.js': text,
      'url.js': 'export class URL {}',
      'test/x.test.js': 'import "node:assert"; Buffer;',
    };
    expect(await choose(files)).toBe('quickjs');
  });

  it.each<[string, Record<string, string>]>([
    ['imported', { 'index.mjs': "import './lib/a.mjs';", 'lib/a.mjs': "import '../b.mjs';", 'b.mjs': 'Buffer;' }],
    [
      'required without its ending',
      { 'index.cjs': "require('./lib');", 'lib/index.js': "require('./b');", 'lib/b.cjs': 'URL;' },
    ],
    [
      'named as JavaScript and written in TypeScript',
      { 'index.ts': "import './a.js';", 'a.ts': 'export const u: unknown = URL;' },
    ],
    ['exported on', { 'index.mjs': "export * from './a%20b.mjs';", 'a b.mjs': 'export const x = () => Intl;' }],
    [
      'in a circle',
      { 'index.mjs': "import './a.mjs';", 'a.mjs': "import './index.mjs'; import './b.mjs';", 'b.mjs': 'Atomics;' },
    ],
  ])('in another file, %s: runs in node', async (_, files) => {
    expect(await choose(files)).toBe('node');
  });

  it('may read the variables that it was granted in quickjs, and no more of a process', async () => {
    const files = { 'index.js': 'exports.run = () => process.env.TOKEN;' };
    expect(await choose(files, undefined, true)).toBe('quickjs');
    expect(await choose({ 'index.js': 'exports.run = () => process.cwd();' }, undefined, true)).toBe('node');
    expect(await choose({ 'index.js': 'exports.run = (k) => process[k];' }, undefined, true)).toBe('node');
  });
});

describe('a plugin that names nothing of Node', () => {
  it.each<[string, GuestAnswer, 'node' | 'quickjs']>([
    ['loads', LOADED, 'quickjs'],
    ['imports what is not there', error({ kind: 'unsupported', message: 'the module "node:zlib"' }), 'node'],
    ['throws an exception of its own', plugin('Error', 'no config'), 'quickjs'],
    ['misses a name that nobody has', plugin('ReferenceError', "'undefinedVariable' is not defined"), 'quickjs'],
    ['misses a name that Node has', plugin('ReferenceError', "'Temporal' is not defined"), 'node'],
    ['throws an own error of that kind', plugin('ReferenceError', 'my Temporal is not defined at all'), 'quickjs'],
    ['is written in newer syntax', plugin('SyntaxError', "expecting ';'"), 'node'],
    ['cannot be put into JSON', error({ kind: 'invalid-output', message: 'x' }), 'quickjs'],
  ])('and %s', async (_, given, engine) => {
    expect(await choose({ 'index.js': 'exports.run = () => 1;' }, async () => given)).toBe(engine);
  });

  it.each(['SANDBOX_CRASH', 'SANDBOX_MEMORY', 'SANDBOX_TIMEOUT'] as const)(
    'and ends its guest with %s: runs in node',
    async (code) => {
      const load = (): Promise<GuestAnswer> => Promise.reject(new PluginSandboxError('it ended', { code }));
      expect(await choose({ 'index.js': 'exports.run = () => 1;' }, load)).toBe('node');
    },
  );

  it.each(['SANDBOX_UNAVAILABLE', 'SANDBOX_PROTOCOL', 'SANDBOX_ABORTED'] as const)(
    'and cannot be loaded for %s: is not decided',
    async (code) => {
      const load = (): Promise<GuestAnswer> => Promise.reject(new PluginSandboxError('no', { code }));
      await expect(choose({ 'index.js': 'exports.run = () => 1;' }, load)).rejects.toMatchObject({ code });
    },
  );
});

describe('looking for names', () => {
  it('does not fall over what cannot be parsed, or is nested without end', async () => {
    for (const text of [
      'exports.run = {{;',
      `${'['.repeat(1e5)}${']'.repeat(1e5)}`,
      `${'(()=>'.repeat(2000)}1${')'.repeat(2000)}`,
    ]) {
      expect((await findNodeNeeds(text, false)).needs).toEqual([]);
    }
  });

  it.each([
    ['declares', Array.from({ length: 30_000 }, (_, n) => `let a${n};`).join('')],
    ['exports', `export {${Array.from({ length: 30_000 }, (_, n) => `a${n},`).join('')}};`],
    ['groups in a regular expression', `/${Array.from({ length: 60_000 }, () => '(?<a>x)').join('|')}/`],
  ])('takes no longer than the text is for what it %s', async (_, text) => {
    const started = performance.now();
    expect((await findNodeNeeds(`${text};URL`, false)).needs).toEqual(['URL']);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('looks at some text and not at any amount of it', async () => {
    const files = { 'index.js': "require('./large.js');", 'large.js': `Buffer;${' '.repeat(5 * 1024 * 1024)}` };
    expect(await choose(files)).toBe('quickjs');
  });
});

async function choose(
  files: Record<string, string>,
  load: () => Promise<GuestAnswer> = async () => LOADED,
  hasEnv = false,
): Promise<'node' | 'quickjs'> {
  const sources = Object.entries(files).map(([path, text]) => ({ path, text, bytes: Buffer.from(text), sha256: text }));
  const prepared = await prepareJavaScript({ entry: Object.keys(files)[0] ?? '', files: sources }, []);
  const bytes = encodeFrame(FrameKind.plugin, JSON.stringify(prepared));
  return chooseEngine({ plugin: { key: 'plugin', bytes }, hasEnv, load });
}

function answer(kind: GuestAnswer['frame']['kind'], body: unknown): GuestAnswer {
  return {
    frame: { kind, body: Buffer.from(JSON.stringify(body)) },
    logs: { stdout: '', stderr: '', truncated: false },
  };
}

function error(body: unknown): GuestAnswer {
  return answer(FrameKind.error, body);
}

function plugin(type: string, message: string): GuestAnswer {
  return error({ kind: 'plugin', type, message, stack: '' });
}
