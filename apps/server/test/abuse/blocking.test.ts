import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { adminToken } from '../support/load.js';
import { type ServerProcess, startWatchedProcess } from '../support/server-process.js';
import { pluginFiles } from '../workspaces/plugin-files.js';

const FILES = 6_000;
const FILE_BYTES = 16_384;
const MOST_MS = 200;
const ATTEMPTS = 3;

interface Turn {
  readonly clock: number;
  readonly cpu: number;
}

function writeLargePlugin(dir: string): void {
  for (let folder = 0; folder < 60; folder++) mkdirSync(join(dir, `data/${folder}`), { recursive: true });
  for (const [path, text] of Object.entries(pluginFiles('large'))) writeFileSync(join(dir, path), text);
  const content = randomBytes(FILE_BYTES);
  for (let file = 0; file < FILES; file++) writeFileSync(join(dir, `data/${file % 60}/${file}.bin`), content);
}

/** The longest turn of the server's event loop since it was asked last. */
async function longestTurn(server: ServerProcess): Promise<Turn> {
  const before = server.output().length;
  server.kill('SIGUSR2');
  for (;;) {
    const said = /^longest turn (.+)$/m.exec(server.output().slice(before))?.[1];
    if (said !== undefined) return JSON.parse(said) as Turn;
    await sleep(10);
  }
}

/**
 * The work that blocks the loop least, of a few times. Processor time of the main thread counts each time: that is what a hash would
 * take. By the clock a turn is longer where others work too, so that one of them has to be as it should.
 */
async function leastBlocking(server: ServerProcess, work: () => Promise<void>): Promise<Turn> {
  let least: Turn = { clock: Number.POSITIVE_INFINITY, cpu: 0 };
  for (let attempt = 0; attempt < ATTEMPTS && least.clock >= MOST_MS; attempt++) {
    await longestTurn(server);
    await work();
    const { clock, cpu } = await longestTurn(server);
    least = { clock: Math.min(least.clock, clock), cpu: Math.max(least.cpu, cpu) };
  }
  return least;
}

it('a plugin of 96 MiB in 6,000 files that is installed blocks nobody for 200 ms', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'agentmesh-blocking-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  writeLargePlugin(join(dataDir, 'plugins/large'));
  const server = await startWatchedProcess(
    ['--import', join(import.meta.dirname, 'watch-turns.mjs')],
    ...['--data-dir', join(dataDir, 'server'), '--plugins-dir', join(dataDir, 'plugins')],
  );
  onTestFinished(async () => {
    server.kill('SIGKILL');
    await server.ended;
  });
  const headers = { authorization: `Bearer ${await adminToken(join(dataDir, 'server'))}` };
  const plugins = `${server.url}/workspaces/team/plugins`;
  const install = async (): Promise<void> => {
    const answer = await fetch(plugins, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ source: 'local://large' }),
    });
    expect(answer.status, await answer.text()).toBe(200);
  };
  // Loading a server takes longer than any turn afterwards: they are measured.
  expect((await longestTurn(server)).cpu).toBeGreaterThan(10);
  const { clock, cpu } = await leastBlocking(server, install);
  expect(cpu).toBeLessThan(MOST_MS);
  expect(clock).toBeLessThan(MOST_MS);
}, 300_000);
