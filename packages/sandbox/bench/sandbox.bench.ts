import { execFile, spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DEFAULT_SANDBOX_LIMITS, PluginSandbox, type PluginSandboxOptions } from '@agentmesh/sandbox';
import { afterAll, beforeAll, test } from 'vitest';
import { installBenchPlugins } from './bench-plugins.js';
import { alternately, flatOut, inTurn, paced, privateMemory, sideBySide } from './measure.js';

const MIB = 1_048_576;
const run = promisify(execFile);
const input = { response: 'This is a short response.', max_words: 500 };
const CHILD = `process.stdin.on('data', (text) => { const { response, max_words } = JSON.parse(text);
  const words = response.split(/\\s+/).filter(Boolean).length;
  console.log(JSON.stringify({ valid: words <= max_words, word_count: words })); process.exit(); });`;

const rows: { what: string; measured: string; target: string }[] = [];
let pluginsDir = '';
let plugins: Awaited<ReturnType<typeof installBenchPlugins>>;

beforeAll(async () => {
  pluginsDir = await realpath(await mkdtemp(join(tmpdir(), 'agentmesh-bench-')));
  plugins = await installBenchPlugins(pluginsDir);
});

afterAll(async () => {
  await rm(pluginsDir, { recursive: true });
  const width = Math.max(...rows.map(({ what }) => what.length));
  const lines = rows.map(({ what, measured, target }) => `${what.padEnd(width)}  ${measured.padEnd(44)}  ${target}`);
  process.stdout.write(`\n${lines.join('\n')}\n`);
});

/** Runs work with a sandbox of its own, warmed up on one function. */
async function withSandbox(
  options: Omit<PluginSandboxOptions, 'pluginsDir'>,
  plugin: string,
  work: (call: (name?: string, timeoutMs?: number) => Promise<unknown>, sandbox: PluginSandbox) => Promise<void>,
): Promise<void> {
  const sandbox = new PluginSandbox({ pluginsDir, ...options });
  const isWasm = plugin === plugins.wasm;
  const call = (name = isWasm ? 'count' : 'validate', timeoutMs = 30_000) =>
    sandbox.execute({ plugin, function: name, input: isWasm ? input.response : input, timeoutMs });
  await inTurn(20, call);
  await work(call, sandbox);
  await sandbox.close();
}

const ms = (value: number) => `${value.toFixed(2)} ms`;
const rest = () => new Promise((resolve) => setTimeout(resolve, 1500));
const spawnNode = () => run(process.execPath, ['-e', '0'], { env: {} });

test('a plain child, to compare with', { timeout: 60_000 }, async () => {
  const child = await inTurn(40, () => runPlainChild());
  rows.push({ what: 'a plain child, unsandboxed', measured: `p50 ${ms(child.p50)}, p95 ${ms(child.p95)}`, target: '' });
});

test('a cold call in the engine node', { timeout: 60_000 }, async () => {
  await withSandbox({}, plugins.node, async (call) => {
    const [bare, cold] = await alternately(40, [spawnNode, call]);
    const measured = `p50 ${ms(cold)}, ${(cold / bare).toFixed(2)} × node -e 0 (${ms(bare)})`;
    rows.push({ what: 'node, cold', measured, target: '≤ 1.6 × node -e 0' });
  });
});

test.each([
  { engine: 'quickjs', size: 2, atOnce: 8, pace: 100, target: 'p50 ≤ 1.3 ms, ≥ 3,000/s' },
  { engine: 'python', size: 2, atOnce: 4, pace: 100, target: 'p50 ≤ 2.5 ms, ≥ 600/s' },
  { engine: 'wasm', size: 2, atOnce: 8, pace: 100, target: 'p50 ≤ 1 ms' },
] as const)('warm calls in the engine $engine', { timeout: 60_000 }, async ({ engine, size, atOnce, pace, target }) => {
  await withSandbox({ pool: { [engine]: size } }, plugins[engine], async (call) => {
    const { p50, p95 } = await paced(pace, 4000, call);
    const { perSecond } = await flatOut(atOnce, 4000, call);
    const measured = `p50 ${ms(p50)}, p95 ${ms(p95)}, ${perSecond.toFixed(0)}/s`;
    rows.push({ what: `${engine}, warm`, measured, target });
  });
});

test('warm calls in the engine node', { timeout: 60_000 }, async () => {
  await withSandbox({ pool: { node: 4 } }, plugins.node, async (call) => {
    const [bare, perSecond] = await sideBySide(3, 4, [spawnNode, call]);
    await rest();
    const { p50, p95 } = await paced(perSecond / 2, 6000, call);
    const times = `p50 ${ms(p50)}, p95 ${ms(p95)}`;
    rows.push({ what: 'node, warm, at half the rate', measured: times, target: 'p50 ≤ 1.5, p95 ≤ 3 ms' });
    const rate = `${perSecond.toFixed(0)}/s, ${(perSecond / bare).toFixed(2)} × node -e 0 (${bare.toFixed(0)}/s)`;
    rows.push({ what: 'node, warm, rate', measured: rate, target: '≥ 0.8 × node -e 0' });
  });
});

test.each([
  { engine: 'node', most: 10 },
  { engine: 'quickjs', most: 25 },
] as const)('private memory of an idle guest of $engine', { timeout: 30_000 }, async ({ engine, most }) => {
  await withSandbox({ pool: { [engine]: 1 } }, plugins[engine], async () => {
    await rest();
    const bytes = sum(privateMemory());
    rows.push({
      what: `${engine}, idle`,
      measured: `${(bytes / MIB).toFixed(1)} MiB`,
      target: `≤ ${most} MiB private`,
    });
  });
});

test.each(['node', 'quickjs', 'python'] as const)('limits in the engine %s', { timeout: 60_000 }, async (engine) => {
  const budget = DEFAULT_SANDBOX_LIMITS.memoryBytes;
  await withSandbox({ pool: { [engine]: 1 } }, plugins[engine], async (call) => {
    const over: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      // A limit counts from when a guest has the call: there has to be one.
      await rest();
      const started = performance.now();
      await call('loop', 200).catch(() => {});
      over.push(performance.now() - started - 200);
      await call();
    }
    const measured = `after ${ms(Math.max(...over))} at most`;
    rows.push({ what: `${engine}, an endless loop settles`, measured, target: '≤ 50 ms after its limit' });
    await rest();
    const idle = sum(privateMemory());
    let peak = 0;
    const look = setInterval(() => {
      peak = Math.max(peak, sum(privateMemory()) - idle);
    }, 2);
    await call('hoard').catch(() => {});
    clearInterval(look);
    const share = `${((peak / budget) * 100).toFixed(0)} % of its budget`;
    rows.push({ what: `${engine}, a memory bomb peaks at`, measured: share, target: '≤ 125 %' });
  });
});

function sum(memory: ReadonlyMap<number, number>): number {
  return [...memory.values()].reduce((total, bytes) => total + bytes, 0);
}

/** What people write: a child, JSON on its stdin and stdout. */
function runPlainChild(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', CHILD], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdout.resume();
    child.on('error', reject).on('close', () => resolve());
    child.stdin.end(JSON.stringify(input));
  });
}
