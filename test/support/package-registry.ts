import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** A real npm registry on loopback, for the length of a test. */
export interface PackageRegistry {
  readonly url: string;
  /** Text of an `.npmrc` that points npm and pnpm at it, with a token of no worth. */
  readonly npmrc: string;
  close(): Promise<void>;
}

/** Starts verdaccio in `folder` on a free port; other scopes are fetched from the registry this machine uses. */
export async function startPackageRegistry(folder: string): Promise<PackageRegistry> {
  await mkdir(folder, { recursive: true });
  const upstream = (await execa('npm', ['config', 'get', 'registry'])).stdout.trim();
  await writeFile(join(folder, 'config.yaml'), configuration(folder, upstream));
  const { child, port } = await listen(folder);
  const host = `127.0.0.1:${port}`;
  const npmrc = `registry=http://${host}/\n//${host}/:_authToken=none\n`;
  return { url: `http://${host}/`, npmrc, close: () => stop(child) };
}

function configuration(folder: string, upstream: string): string {
  return `storage: ${join(folder, 'storage')}
uplinks:
  upstream:
    url: ${upstream}
packages:
  '@agentmesh/*':
    access: $all
    publish: $all
  '**':
    access: $all
    proxy: upstream
log: { type: stdout, level: error }
`;
}

async function listen(folder: string): Promise<{ child: ChildProcess; port: number }> {
  const require = createRequire(import.meta.url);
  const program = join(dirname(require.resolve('verdaccio/package.json')), 'bin/verdaccio');
  const port = await freePort();
  const args = [program, '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' });
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`verdaccio ended with ${child.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/-/ping`).catch(() => undefined);
    if (answer?.ok) return { child, port };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop(child);
  throw new Error('verdaccio did not answer within 15 s');
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP port');
  return address.port;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
