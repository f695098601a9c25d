import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guestsLeftAfter } from '../corpus/process-table.js';
import { takeCensus } from './census.js';
import { installFaultPlugins } from './plugins.js';
import { createRandom } from './random.js';

// Starts hosts and ends each at a random moment, by a random signal; then nothing of it may run or lie around.

const [hosts = '12', seed = '1'] = process.argv.slice(2);
const random = createRandom(Number(seed));
const pluginsDir = await mkdtemp(join(tmpdir(), 'killer-'));
await installFaultPlugins(pluginsDir);
const before = await takeCensus();
const faults: string[] = [];
for (let turn = 0; turn < Number(hosts); turn += 1) {
  const signal = random.pick(['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT'] as const);
  const wait = random.between(20, 900);
  const host = spawn(process.execPath, [...process.execArgv, program('./endless-host.ts'), pluginsDir], {
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  const over = new Promise((resolve) => host.once('exit', resolve));
  await new Promise((resolve) => setTimeout(resolve, wait));
  host.kill(signal);
  await over;
  const left = await guestsLeftAfter(3000);
  if (left.length > 0) faults.push(`${left.length} processes left after ${signal} at ${wait} ms`);
  for (const pid of left) process.kill(pid, 'SIGKILL');
}
const after = await takeCensus();
await rm(pluginsDir, { recursive: true });
process.stdout.write(`${JSON.stringify({ before, after, faults })}\n`);
process.exit(0);

function program(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
