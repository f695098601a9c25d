import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { solve } from '@agentmesh/solver';
import { afterAll, test } from 'vitest';
import { drift, ladder, type PlainGraph, tenThousandVersions, thousandPlugins, toQuestion } from './large-graphs.js';

const REFERENCE = fileURLToPath(new URL('./reference.py', import.meta.url));
const REFERENCE_TIMEOUT_MS = 120_000;
const ROUNDS = 7;

const rows: (readonly [what: string, solver: string, reference: string, target: string])[] = [
  ['graph', 'solver: first, median (median on a core)', 'resolvelib of pip (on a core)', 'target'],
];

afterAll(() => {
  console.log(rows.map((row) => row.map((cell, at) => cell.padEnd([52, 44, 36, 0][at] ?? 0)).join('')).join('\n'));
});

test.each([
  ['1,000 plugins of 20 versions', thousandPlugins(), '300 ms'],
  ['10,000 versions, all but one lead nowhere', tenThousandVersions(), '2,000 ms'],
  ['ladder of 100 plugins, 10,000 versions, no solution', ladder(), '2,000 ms'],
  ['drift of 100 plugins, 10,000 versions', drift(), '2,000 ms'],
])('%s', { timeout: 600_000 }, async (what, graph, target) => {
  const times: number[] = [];
  const cores: number[] = [];
  let outcome = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    const { root, provider } = toQuestion(graph);
    const started = performance.now();
    const before = process.cpuUsage();
    const found = await solve(root, provider);
    times.push(performance.now() - started);
    const { user, system } = process.cpuUsage(before);
    cores.push((user + system) / 1_000);
    outcome = found.solved ? 'solved' : 'no solution';
  }
  const [first = 0] = times;
  const solver = `${ms(first)}, ${ms(median(times))} (${ms(median(cores))}) ${outcome}`;
  rows.push([what, solver, await reference(graph), target]);
});

/** One run of the reference in a process of its own; the times are those of the search alone. */
async function reference(graph: PlainGraph): Promise<string> {
  const child = spawn('python3', [REFERENCE], { stdio: ['pipe', 'pipe', 'ignore'], timeout: REFERENCE_TIMEOUT_MS });
  const closed = new Promise<NodeJS.Signals | null>((resolve) => {
    child.on('close', (_, signal) => resolve(signal));
    child.on('error', () => resolve(null));
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(graph));
  const output = text(child.stdout).catch(() => '');
  if ((await closed) !== null) return `over ${ms(REFERENCE_TIMEOUT_MS)}`;
  // What our own script prints.
  const answer: { ms: number; cpu: number; outcome: string } | undefined = (await output)
    ? JSON.parse(await output)
    : undefined;
  return answer === undefined ? 'no python3 with pip' : `${ms(answer.ms)} (${ms(answer.cpu)}) ${answer.outcome}`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function ms(value: number): string {
  return `${Math.round(value).toLocaleString('en')} ms`;
}
