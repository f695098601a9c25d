import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freshFolder, installPlugin } from './box.js';

const LOADER = new URL('./host/source-loader.ts', import.meta.url).href;
const HOST = fileURLToPath(new URL('./host/host.ts', import.meta.url));
const BUSY = 'exports.run = () => { console.log("busy"); for (;;); };';
const WAITING =
  'exports.run = () => { console.log("waiting"); return new Promise(() => setInterval(() => {}, 1000)); };';

interface Started {
  readonly host: ChildProcess;
  readonly guest: number;
  /** Exit code or signal of the host. */
  readonly over: Promise<unknown>;
}

async function startHost(source: string, ...details: readonly string[]): Promise<Started> {
  const pluginsDir = await freshFolder();
  const plugin = await installPlugin(pluginsDir, { files: { 'index.js': source } });
  const options = ['--conditions=@agentmesh/source', '--no-warnings', '--import', LOADER];
  const host = spawn(process.execPath, [...options, HOST, pluginsDir, plugin, ...details], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const over = new Promise((resolve) => host.once('exit', (code, signal) => resolve(signal ?? code)));
  const children = new Promise<number>((resolve) => host.stdout.once('data', () => resolve(childOf(host.pid))));
  return { host, over, guest: await children };
}

function childOf(parent: number | undefined): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return Number(pids.find((pid) => statusOf(pid).includes(`PPid:\t${parent}\n`)) ?? Number.NaN);
}

function statusOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return '';
  }
}

/** A zombie waits for whoever inherits it and runs no more. */
function isAlive(pid: number): boolean {
  const status = statusOf(pid);
  return status !== '' && !/^State:\s+Z/m.test(status);
}

async function isGoneWithin(pid: number, ms: number): Promise<boolean> {
  for (const deadline = performance.now() + ms; performance.now() < deadline; ) {
    if (!isAlive(pid)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

describe.runIf(process.platform === 'linux')('when the host ends', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s, a busy guest ends with it', async (signal) => {
    const { host, guest, over } = await startHost(BUSY);
    expect(isAlive(guest)).toBe(true);
    host.kill(signal);
    expect(await over).toBe(signal);
    expect(await isGoneWithin(guest, 2000)).toBe(true);
  });

  it('by process.exit, a busy guest ends with it', async () => {
    const { guest, over } = await startHost(BUSY, 'exit');
    expect(await over).toBe(0);
    expect(await isGoneWithin(guest, 2000)).toBe(true);
  });

  it('by SIGKILL, a guest that waits notices', async () => {
    const { host, guest, over } = await startHost(WAITING);
    host.kill('SIGKILL');
    expect(await over).toBe('SIGKILL');
    expect(await isGoneWithin(guest, 5000)).toBe(true);
  });

  it('by SIGKILL, the kernel ends a busy guest once its processor time is over', async () => {
    const { host, guest, over } = await startHost(BUSY, 'killed', '1000');
    host.kill('SIGKILL');
    expect(await over).toBe('SIGKILL');
    expect(await isGoneWithin(guest, 15_000)).toBe(true);
  });
});
