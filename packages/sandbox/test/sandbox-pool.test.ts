import { PluginSandbox } from '@agentmesh/sandbox';
import { describe, expect, it } from 'vitest';
import { freshFolder, installPlugin, sandboxWith } from './box.js';

const MIB = 1024 * 1024;
const STATEFUL = 'let n = 0; exports.run = (i) => [i, n++, globalThis.x ?? null, (globalThis.x = 1)];';
const PYTHON = 'n = 0\ndef run(i):\n    global n\n    n += 1\n    return [i, n - 1, None, 1]\n';

/** One plugin for each engine; nothing may be carried from one call to the next. */
const plugins = {
  node: { files: { 'index.js': STATEFUL } },
  quickjs: { files: { 'index.js': STATEFUL }, manifest: { engine: 'quickjs' as const } },
  python: { files: { 'plugin_under_test.py': PYTHON } },
};

describe.each(['node', 'quickjs', 'python'] as const)('a pool of %s', (engine) => {
  const pool = { node: 2, quickjs: 2, python: true };

  it('answers many calls at once, each with its own answer, and carries nothing over', async () => {
    const { sandbox, plugin } = await sandboxWith(plugins[engine], { pool });
    const calls = Array.from({ length: 24 }, (_, n) => sandbox.execute({ plugin, function: 'run', input: n }));
    const outcomes = await Promise.all(calls);
    expect(outcomes.map(({ result }) => result)).toEqual(calls.map((_, n) => [n, 0, null, 1]));
    expect(new Set(outcomes.map((outcome) => outcome.engine))).toEqual(new Set([engine]));
  });

  it('tells where the time went', async () => {
    const { sandbox, plugin } = await sandboxWith(plugins[engine], { pool });
    const first = await sandbox.execute({ plugin, function: 'run' });
    expect(first.timings.start).toBeGreaterThan(1);
    const { timings, timeMs } = await sandbox.execute({ plugin, function: 'run' });
    const sum = timings.verify + timings.queue + timings.start + timings.run;
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(timeMs);
  });

  it('goes on after a call that had to be ended', async () => {
    const files =
      engine === 'python'
        ? { 'plugin_under_test.py': 'def run(i):\n    while i: pass\n    return 1\n' }
        : { 'index.js': 'exports.run = (i) => { while (i); return 1; };' };
    const { sandbox, plugin } = await sandboxWith({ ...plugins[engine], files }, { pool });
    const calls = [true, false, true, false, false].map((input) =>
      sandbox.execute({ plugin, function: 'run', input, timeoutMs: 300 }).then(
        ({ result }) => result,
        (error: { code: string }) => error.code,
      ),
    );
    expect(await Promise.all(calls)).toEqual(['SANDBOX_TIMEOUT', 1, 'SANDBOX_TIMEOUT', 1, 1]);
  });

  it('is closed with the sandbox: calls under way and calls that wait end', async () => {
    const { sandbox, plugin } = await sandboxWith(plugins[engine], { pool });
    await sandbox.execute({ plugin, function: 'run' });
    const calls = Array.from({ length: 8 }, () =>
      sandbox.execute({ plugin, function: 'run' }).catch((error: unknown) => error),
    );
    await sandbox.close();
    for (const call of calls) {
      const outcome = await call;
      if (!(outcome instanceof Error)) continue;
      expect(outcome).toMatchObject({ code: 'SANDBOX_ABORTED' });
    }
    await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({ code: 'SANDBOX_ABORTED' });
  });
});

describe('a call', () => {
  it('is refused at once when too many wait', async () => {
    const { sandbox, plugin } = await sandboxWith(plugins.node, { pool: { node: 1, queue: 2 } });
    const calls = Array.from({ length: 4 }, () =>
      sandbox.execute({ plugin, function: 'run' }).catch((error: unknown) => error),
    );
    const codes = (await Promise.all(calls)).map((outcome) =>
      outcome instanceof Error && 'code' in outcome ? outcome.code : 'answered',
    );
    expect(codes.sort()).toEqual(['SANDBOX_BUSY', 'SANDBOX_BUSY', 'answered', 'answered']);
  });

  it('with a memory of its own gets a process of its own, from which nothing is reused', async () => {
    const plugin = { ...plugins.quickjs, manifest: { engine: 'quickjs' as const, permissions: { memory: 64 * MIB } } };
    const { sandbox, plugin: name } = await sandboxWith(plugin, { pool: { quickjs: 1 } });
    for (let n = 0; n < 2; n += 1) {
      const { timings } = await sandbox.execute({ plugin: name, function: 'run' });
      expect(timings.start).toBeGreaterThan(1);
    }
  });

  it('is ended by its signal while it waits for a guest', async () => {
    const { sandbox, plugin } = await sandboxWith(
      { files: { 'index.js': 'exports.run = (i) => { while (i); return 1; };' } },
      { pool: { node: 1 } },
    );
    const controller = new AbortController();
    const busy = sandbox
      .execute({ plugin, function: 'run', input: true, timeoutMs: 1000 })
      .catch((error: { code: string }) => error.code);
    const waiting = sandbox.execute({ plugin, function: 'run', input: true, signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    await expect(waiting).rejects.toMatchObject({ code: 'SANDBOX_ABORTED' });
    expect(await busy).toBe('SANDBOX_TIMEOUT');
  });
});

describe('options', () => {
  it.each([
    { pool: { node: -1 } },
    { pool: { quickjs: 1.5 } },
    { pool: { wasm: 1000 } },
    { pool: { python: Number.NaN } },
    { pool: { idleMs: 0 } },
    { pool: { queue: 0 } },
    { isolation: 'process', minimumIsolation: 'language' },
    { limits: { startMs: 0 } },
  ] as const)('%j are refused', (options) => {
    expect(() => new PluginSandbox({ pluginsDir: '/nowhere', ...options })).toThrowError(
      expect.objectContaining({ code: 'SANDBOX_INVALID_CALL' }),
    );
  });
});

describe('the level', () => {
  it('language runs quickjs, and says why it does not run node and python', async () => {
    const level = { isolation: 'language', minimumIsolation: 'language' } as const;
    const quickjs = await sandboxWith(plugins.quickjs, level);
    expect(await quickjs.sandbox.execute({ plugin: quickjs.plugin, function: 'run' })).toMatchObject({
      isolation: 'language',
    });
    for (const engine of ['node', 'python'] as const) {
      const { sandbox, plugin } = await sandboxWith(plugins[engine], level);
      await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({
        code: 'SANDBOX_UNAVAILABLE',
        message: expect.stringContaining(
          `Isolation language is required for plugin ${plugin}, and process is what there is for the engine ${engine}`,
        ),
        hint: expect.stringContaining('only the engines quickjs and wasm run'),
      });
    }
  });
});

describe('the engine of a JavaScript plugin of which nothing says it', () => {
  it.each([
    ['quickjs', 'exports.run = () => 1;'],
    [
      'node',
      "const { createHash } = require('node:crypto'); exports.run = () => createHash('md5').update('').digest('hex').length && 1;",
    ],
  ])('is found out by loading it: %s', async (engine, source) => {
    const pluginsDir = await freshFolder();
    const plugin = await installPlugin(pluginsDir, { files: { 'index.js': source }, manifest: { engine: undefined } });
    const sandbox = new PluginSandbox({ pluginsDir, isolation: 'process', minimumIsolation: 'process' });
    expect(await sandbox.execute({ plugin, function: 'run' })).toMatchObject({ result: 1, engine });
    await sandbox.close();
  });
});
