import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isAlive, until } from './scripted.js';

const LOADER = new URL('./host/source-loader.ts', import.meta.url).href;
const HOST = fileURLToPath(new URL('./host/pool-host.ts', import.meta.url));

/** Runs a host with a warm pool; gives its guests once it has made its calls, and its end. */
function startHost(
  reuse: string,
  ...details: string[]
): { host: ReturnType<typeof spawn>; over: Promise<unknown>; pids: Promise<number[]> } {
  const options = ['--conditions=@agentmesh/source', '--no-warnings', '--import', LOADER];
  const host = spawn(process.execPath, [...options, HOST, reuse, ...details], { stdio: ['ignore', 'pipe', 'ignore'] });
  const over = new Promise((resolve) => host.once('exit', (code, signal) => resolve(signal ?? code)));
  const pids = new Promise<number[]>((resolve) =>
    host.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim().split(' ').map(Number))),
  );
  return { host, over, pids };
}

describe.runIf(process.platform === 'linux')('a host with a warm pool', () => {
  it.each(['never', 'plugin', 'any'])('can end by itself, and takes its guests along (%s)', async (reuse) => {
    const started = performance.now();
    const { over, pids } = startHost(reuse, 'by-itself');
    const guests = await pids;
    expect(await over).toBe(0);
    expect(performance.now() - started).toBeLessThan(10_000);
    await until(() => !guests.some(isAlive));
  });

  it('does not end while a call waits for a guest that is being replaced', async () => {
    const { over } = startHost('any', 'by-itself', '1');
    expect(await over).toBe(0);
  });

  it.each([
    ['exit', 0],
    ['throw', 1],
  ])('takes its guests along when it ends by %s', async (ending, code) => {
    const { over, pids } = startHost('plugin', ending);
    const guests = await pids;
    expect(await over).toBe(code);
    await until(() => !guests.some(isAlive));
  });

  it.each(['never', 'plugin'])(
    'lives on without descriptors for another guest (%s)',
    async (reuse) => {
      const options = ['--conditions=@agentmesh/source', '--no-warnings', '--import', LOADER];
      const command = [process.execPath, ...options, HOST, reuse, 'no-descriptors', '1'];
      const host = spawn('sh', ['-c', 'ulimit -n 120; exec "$@"', 'sh', ...command], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const timer = setTimeout(() => host.kill('SIGKILL'), 8000);
      const over = new Promise((resolve) => host.once('exit', (code, signal) => resolve(signal ?? code)));
      const lines = (await host.stdout.toArray()).join('').trim().split('\n');
      clearTimeout(timer);
      expect(await over).toBe(0);
      const codes = lines[1]?.split(' ') ?? [];
      expect(codes.at(-1)).toBe('answered');
      expect(codes).toContain('SANDBOX_UNAVAILABLE');
      expect(new Set(codes)).toEqual(new Set(['answered', 'SANDBOX_UNAVAILABLE']));
    },
    10_000,
  );

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'takes its guests along when it ends by %s',
    async (signal) => {
      const { host, over, pids } = startHost('plugin', 'wait');
      const guests = await pids;
      expect(guests.filter(isAlive).length).toBe(2);
      host.kill(signal);
      expect(await over).toBe(signal);
      await until(() => !guests.some(isAlive));
    },
  );
});
