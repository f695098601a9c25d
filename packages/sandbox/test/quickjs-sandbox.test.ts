import { readFileSync } from 'node:fs';
import type { PluginSandboxOptions } from '@agentmesh/sandbox';
import { describe, expect, it } from 'vitest';
import { sandboxWith } from './box.js';

const EXAMPLE = new URL('../../../examples/plugins/word-count-wasm/word_count_wasm.wasm', import.meta.url);
const MIB = 1024 * 1024;
/** Nothing says beforehand what runs it. */
const UNDECIDED = { manifest: { engine: undefined } };

const BEST = { isolation: undefined, minimumIsolation: undefined };

/** As the machine gives it, and as it is where nothing of the system isolates. */
const WAYS: readonly [string, Omit<PluginSandboxOptions, 'pluginsDir'>][] = [
  ['at the best level there is', BEST],
  ['at the level language', { minimumIsolation: 'language', isolation: 'language' }],
  ['at the best level, from a pool', { ...BEST, pool: { quickjs: 2, wasm: 1 } }],
];

describe.each(WAYS)('%s', (_, options) => {
  it('JavaScript runs in quickjs, chosen by itself', async () => {
    const { sandbox, plugin } = await sandboxWith(
      {
        files: {
          'index.js': 'let count = 0; exports.run = (input) => { console.log("hello"); return [input, count++]; };',
        },
        ...UNDECIDED,
      },
      options,
    );
    const calls = [1, 2, 3, 4, 5, 6].map((input) => sandbox.execute({ plugin, function: 'run', input }));
    for (const [index, outcome] of (await Promise.all(calls)).entries()) {
      expect(outcome).toMatchObject({ engine: 'quickjs', result: [index + 1, 0], logs: { stdout: 'hello\n' } });
    }
  });

  it('JavaScript that needs Node is known as such', async () => {
    const { sandbox, plugin } = await sandboxWith(
      {
        files: {
          'index.mjs':
            "import { createHash } from 'node:crypto';\nexport const run = () => createHash('md5').update('').digest('hex');",
        },
        ...UNDECIDED,
      },
      options,
    );
    const call = sandbox.execute({ plugin, function: 'run' });
    if (options.isolation === 'language') await expect(call).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
    else expect(await call).toMatchObject({ engine: 'node', result: 'd41d8cd98f00b204e9800998ecf8427e' });
  });

  it('WebAssembly runs by its ABI, many calls and some of them wrong', async () => {
    const files = { 'word_count_wasm.wasm': readFileSync(EXAMPLE) };
    const { sandbox, plugin } = await sandboxWith(
      { name: 'word-count-wasm', files, manifest: { entry: 'word_count_wasm.wasm' } },
      options,
    );
    const calls = ['a b c', 5, '', 'one'].map((input) => sandbox.execute({ plugin, function: 'count', input }));
    const outcomes = await Promise.all(calls);
    expect(outcomes.map(({ result, error }) => result ?? error?.message)).toEqual([
      { words: 3 },
      'expected a text to count the words of',
      { words: 0 },
      { words: 1 },
    ]);
    expect(outcomes[0]?.engine).toBe('wasm');
  });

  it.each<[string, string, string]>([
    ['an endless loop', 'for (;;);', 'SANDBOX_TIMEOUT'],
    [
      'an endless chain of promises',
      'return new Promise(() => { const f = () => { Promise.resolve().then(f); }; f(); });',
      'SANDBOX_TIMEOUT',
    ],
    ['a timer that is far away', 'return new Promise((done) => setTimeout(done, 60000));', 'SANDBOX_TIMEOUT'],
    ['memory without end', 'const a = []; for (;;) a.push("x".repeat(1e5) + a.length);', 'SANDBOX_MEMORY'],
    ['a promise that nothing settles', 'return new Promise(() => {});', 'SANDBOX_CRASH'],
    ['output without end', 'for (;;) console.log("x".repeat(1e5));', 'SANDBOX_OUTPUT_LIMIT'],
  ])('%s ends, and the next call is served', async (_name, body, code) => {
    const { sandbox, plugin } = await sandboxWith(
      {
        files: { 'index.js': `exports.run = () => { ${body} }; exports.well = () => 1;` },
        manifest: { engine: 'quickjs' },
      },
      { ...options, limits: { memoryBytes: 64 * MIB } },
    );
    const timeoutMs = code === 'SANDBOX_TIMEOUT' ? 500 : 20_000;
    await expect(sandbox.execute({ plugin, function: 'run', timeoutMs })).rejects.toMatchObject({ code });
    expect((await sandbox.execute({ plugin, function: 'well' })).result).toBe(1);
  });
});
