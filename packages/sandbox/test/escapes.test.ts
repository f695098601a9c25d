import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ALL_BLOCKED_MODULES } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { runSource, sandboxWith } from './box.js';

/** Routes to a built-in; each is a function of its name that gives the module or throws. */
const ROUTES: Record<string, string> = {
  require: '(name) => require(name)',
  'require with node:': '(name) => require("node:" + name.replace("node:", ""))',
  'import()': '(name) => import(name)',
  'import() with node:': '(name) => import("node:" + name.replace("node:", ""))',
  'import() with blanks and capitals': '(name) => import(" \\tNODE:" + name)',
  'import.meta.resolve, then import': '(name) => import("node:" + name + "?x")',
  'process.getBuiltinModule': '(name) => process.getBuiltinModule(name)',
  'process.binding': '(name) => process.binding(name)',
  'process._linkedBinding': '(name) => process._linkedBinding(name)',
  'process.mainModule': '(name) => process.mainModule.require(name)',
  'module.constructor._load': '(name) => module.constructor._load(name)',
  'module.require': '(name) => module.require(name)',
  'require.main.constructor': '(name) => require.main.constructor._load(name)',
  'require.extensions': '(name) => require.extensions[".js"](module, name)',
  'a data: URL':
    '(name) => import("data:text/javascript," + encodeURIComponent("export * from " + JSON.stringify("node:" + name)))',
  'a file: URL': '() => import("file:///etc/hostname")',
  'a remote URL': '() => import("https://127.0.0.1:1/x.mjs")',
  "the runner's own files": `() => import(${JSON.stringify(new URL('../src/guest/runner.cjs', import.meta.url).href)})`,
  'the Function constructor': '(name) => (() => {}).constructor("n", "return process.getBuiltinModule(n)")(name)',
  'the async function constructor': '(name) => (async () => {}).constructor("n", "return import(n)")(name)',
  eval: '(name) => (0, eval)("import(" + JSON.stringify(name) + ")")',
  'a constructor of an error of the loader':
    '(name) => import("no-such").catch((e) => e.constructor.constructor("return process")().getBuiltinModule(name))',
};

describe('every route to a blocked module', () => {
  it.each(Object.entries(ROUTES))('%s gives nothing', async (_, route) => {
    const source = `const route = ${route};
      exports.run = async (names) => {
        const reached = [];
        for (const name of names) { try { const m = await route(name); if (m) reached.push(name); } catch {} }
        return reached;
      };`;
    const outcome = await runSource({ 'index.cjs': source }, [
      'fs',
      'net',
      'child_process',
      'worker_threads',
      'module',
      'vm',
      'node:test',
    ]);
    expect(outcome.result).toEqual([]);
  });

  it('the whole list, by static import, by require and by import()', async () => {
    const source = `exports.run = async (names) => {
      const reached = [];
      for (const name of names) { try { require(name); reached.push(name); } catch {} try { await import(name); reached.push(name); } catch {} }
      return reached;
    };`;
    expect((await runSource({ 'index.cjs': source }, ALL_BLOCKED_MODULES)).result).toEqual([]);
    const { error } = await runSource({
      'index.mjs': "import { readFileSync } from 'node:fs/promises';\nexport const run = () => readFileSync;",
    });
    expect(error?.message).toContain('index.mjs: the module "node:fs/promises" is not available in the sandbox');
  });

  it('a patched Map, Set, String or RegExp changes no verdict of the guard', async () => {
    const source = `for (const [owner, key, value] of [[Map.prototype, 'get', () => 'fs'], [Map.prototype, 'has', () => true], [Set.prototype, 'has', () => true],
        [String.prototype, 'startsWith', () => true], [String.prototype, 'slice', () => 'fs'], [RegExp.prototype, 'test', () => true], [Array.prototype, 'includes', () => true],
        [Object.prototype, 'fs', true], [Object.prototype, 'node:fs', true], [Object.prototype, 'builtin', 'fs']]) owner[key] = value;
      exports.run = async () => {
        const reached = [];
        try { require('fs'); reached[reached.length] = 'require'; } catch {}
        try { await import('fs'); reached[reached.length] = 'import'; } catch {}
        return reached;
      };`;
    expect((await runSource({ 'index.cjs': source })).result).toEqual([]);
  });
});

describe('what a plugin finds', () => {
  it('is an empty environment', async () => {
    const outcome = await runSource(
      'exports.run = () => { console.log(process.env); return JSON.stringify(process.env); };',
    );
    expect(outcome).toMatchObject({ result: '{}', logs: { stdout: '[Object: null prototype] {}\n' } });
  });

  it('is no network: not one of the globals, and nothing arrives', async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const source = `exports.run = async (port) => {
      const found = ['fetch', 'WebSocket', 'EventSource', 'Request', 'Response', 'navigator', 'localStorage', 'BroadcastChannel', 'MessageChannel', 'Worker', 'XMLHttpRequest'].filter((name) => name in globalThis);
      try { await fetch('http://127.0.0.1:' + port); } catch {}
      return found;
    };`;
    expect((await runSource(source, port)).result).toEqual([]);
    expect(requests).toBe(0);
    server.close();
  });

  it.each(['exit', 'kill', 'abort', 'dlopen', 'chdir', 'binding', 'reallyExit', 'setuid', 'execve', 'openStdin'])(
    'is no process.%s',
    async (member) => {
      const { error } = await runSource(`exports.run = () => process.${member}(1, 2);`);
      expect(error?.message).toMatch(/not available in the sandbox|is not a function/);
    },
  );

  it('is no handle: process.stdout and console lead nowhere', async () => {
    const source = `exports.run = () => [process.stdout._handle, process.stderr.fd, process.stdin, process.channel, process.report, console._stdout === process.stdout,
      process._getActiveHandles, process.stdout.constructor === Object, Object.getPrototypeOf(process) === Object.prototype].map((x) => x === undefined ? 'none' : x);`;
    expect((await runSource(source)).result).toEqual([
      'none',
      'none',
      'none',
      'none',
      'none',
      true,
      'none',
      true,
      true,
    ]);
  });

  it('is no code from text', async () => {
    const source = `exports.run = () => ['eval', 'Function', 'GeneratorFunction'].map((kind) => {
      const make = { eval: globalThis.eval, Function, GeneratorFunction: (function* () {}).constructor }[kind];
      try { make('1'); return kind; } catch (error) { return error.name; }
    });`;
    expect((await runSource(source)).result).toEqual(['EvalError', 'EvalError', 'EvalError']);
  });

  it("is no way to the runner's objects through patched prototypes or stack frames", async () => {
    const { result } = await runSource({
      'index.cjs': SNOOP,
      'm.mjs': 'import c from "./c.cjs";\nimport "crypto";\nexport default c;',
      'c.cjs': 'module.exports = { a: 1 };',
    });
    expect(result).toEqual([]);
  });

  it('is nobody listening to an emitted fault: EventEmitter.prototype.emit never sees the real process', async () => {
    const source = `const seen = []; const { prototype } = require('events');
      for (const name of ['emit', 'on', 'listenerCount']) prototype[name] = function () { console.log('SEEN ' + name); };
      exports.run = () => { setTimeout(() => { throw new Error('boom'); }, 1); return new Promise(() => {}); };`;
    expect(await runSource({ 'index.cjs': source })).toMatchObject({
      error: { message: 'boom' },
      logs: { stdout: '' },
    });
  });
});

describe('the answer', () => {
  it('cannot be forged by printing frames', async () => {
    const source = `exports.run = () => {
      const body = Buffer.from(JSON.stringify({ result: 'SPOOFED' }));
      const head = Buffer.from([0, 0, 0, body.length, 3]);
      process.stdout.write(Buffer.concat([head, body]).toString('latin1'));
      console.log(JSON.stringify({ result: 'SPOOFED' }));
      return 'honest';
    };`;
    expect((await runSource(source)).result).toBe('honest');
  });

  it.each<[string, string]>([
    ['JSON.stringify', 'JSON.stringify = () => JSON.parse(\'"SPOOFED"\')'],
    ['Buffer.from', "Buffer.from = () => 'SPOOFED'"],
    ['Promise.prototype.then', "Promise.prototype.then = function (f) { f('SPOOFED'); }"],
    ['Object.keys', "Object.keys = () => ['result']"],
    ['Object.prototype.result', "Object.defineProperty(Object.prototype, 'result', { value: 'SPOOFED' })"],
    ['Function.prototype.call', "Function.prototype.call = Function.prototype.apply = () => 'SPOOFED'"],
    ['Array.prototype[Symbol.iterator]', "Array.prototype[Symbol.iterator] = function* () { yield 'SPOOFED'; }"],
  ])('is not changed by a patched %s', async (_, patch) => {
    expect((await runSource(`exports.run = () => { ${patch}; return { v: 'honest' }; };`)).result).toEqual({
      v: 'honest',
    });
  });

  it('keeps its envelope when Object.prototype.toJSON is patched', async () => {
    const source =
      "exports.run = () => { Object.defineProperty(Object.prototype, 'toJSON', { value() { return { result: 'SPOOFED' }; } }); return { v: 1 }; };";
    expect((await runSource(source)).result).toEqual({ result: 'SPOOFED' });
  });

  it('comes from own exports alone', async () => {
    for (const name of ['constructor', 'toString', '__proto__', '__defineGetter__', 'hasOwnProperty', 'data', 'gone']) {
      const { sandbox, plugin } = await sandboxWith({
        'index.cjs': 'exports.run = () => 1; exports.check = () => 2; exports.data = 3;',
      });
      await expect(sandbox.execute({ plugin, function: name })).rejects.toMatchObject({
        code: 'SANDBOX_INVALID_CALL',
        message: `The plugin exports no function ${name}`,
        hint: 'It exports: run, check',
      });
    }
  });
});

/** Puts watchers wherever code of Node or of the runner might pass an object of its own, then sets all of it in motion. */
const SNOOP = `
const found = { __proto__: null, list: [] };
const state = { __proto__: null, busy: false };
const TELLTALES = ['binding', '_linkedBinding', 'dlopen', 'reallyExit', '_load', '_compile', 'moduleLoadList', 'readFileSync', 'spawn', 'openSync'];
const look = (value, where) => {
  if (state.busy || value === null || (typeof value !== 'object' && typeof value !== 'function')) return;
  state.busy = true;
  for (let i = 0; i < TELLTALES.length; i++) if (Object.getOwnPropertyDescriptor(value, TELLTALES[i])) found.list[found.list.length] = where + ' ' + TELLTALES[i];
  state.busy = false;
};
const { apply, ownKeys } = Reflect;
const watch = (owner, label) => {
  for (const key of ownKeys(owner)) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, key);
    if (key === 'constructor' || !descriptor.configurable || typeof descriptor.value !== 'function') continue;
    const original = descriptor.value;
    Object.defineProperty(owner, key, { __proto__: null, configurable: true, writable: true, value(...args) {
      look(this, label + String(key));
      for (let i = 0; i < args.length; i++) look(args[i], label + String(key) + ' argument');
      return apply(original, this, args);
    } });
  }
};
for (const name of ['domain', '_events', '_exiting', 'parent', 'filename', 'paths', 'id', 'children', 'require', '_handle', 'fd', 'handle', 'owner', 'onread', 'mainModule', 'parentURL', 'format',
  'source', 'conditions', 'importAttributes', 'contextExtensions', 'cachedData', 'timeout', '_idleNext', 'signal', 'encoding', 'flag', 'noDeprecation', 'listenerCount', 'getBuiltinModule', 'port', '0'])
  Object.defineProperty(Object.prototype, name, { __proto__: null, configurable: true, get() { look(this, 'get ' + name); }, set(value) {
    look(this, 'set ' + name); look(value, 'value of ' + name);
    Object.defineProperty(this, name, { __proto__: null, value, writable: true, configurable: true, enumerable: true });
  } });
watch(require('events').prototype, 'EventEmitter#');
for (const type of [Promise, Map, Set, Array, URL, Function, WeakMap, Uint8Array]) watch(type.prototype, type.name + '#');
Error.prepareStackTrace = (error, frames) => {
  for (let i = 0; i < frames.length; i++) {
    const file = String(frames[i].getFileName?.());
    if (file.startsWith('file:///plugin/')) continue;
    for (const part of [frames[i].getThis?.(), frames[i].getFunction?.()]) if (part !== undefined && part !== null) found.list[found.list.length] = 'frame of ' + file;
  }
  return 'stack';
};
exports.run = async () => {
  try { require('fs'); } catch {}
  try { await import('fs'); } catch {}
  await import('./m.mjs');
  await import('node:path');
  require('node:stream');
  try { require('assert')(false); } catch {}
  console.log('x', { a: 1 }, new Error('e'));
  await new Promise((resolve) => setTimeout(resolve, 2));
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => require('zlib').gzip('abc', resolve));
  require('crypto').randomBytes(4);
  process.nextTick(() => {});
  await new Blob(['x']).text();
  const stream = new (require('stream').PassThrough)();
  stream.end('x');
  for await (const chunk of stream) chunk;
  try { null.x; } catch (error) { error.stack; }
  return found.list;
};`;
