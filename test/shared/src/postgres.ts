import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './child-server.js';

/** Debian's PostgreSQL on loopback, with a cluster of its own in a temporary folder. */
export interface PostgresServer {
  readonly port: number;
  /** Makes an empty database and gives its address. */
  createDatabase(): Promise<string>;
  /** Ends the server; connections are cut. */
  stop(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

/** Whether the cluster waits for the disk; without it everything but losing power is as ever, and tests take less time. */
export interface PostgresOptions {
  readonly isDurable?: boolean;
}

const VERSIONS = '/usr/lib/postgresql';
const USER = 'agentmesh';
const ATTEMPTS = 400;
const PAUSE_MS = 25;
const run = promisify(execFile);

/** Starts one. Where this process is root it runs as Debian's user `postgres`, because PostgreSQL refuses root. */
export async function startPostgres({ isDurable = false }: PostgresOptions = {}): Promise<PostgresServer> {
  const bin = join(VERSIONS, await newestVersion(), 'bin');
  const identity = process.getuid?.() === 0 ? await userOf('postgres') : {};
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-postgres-'));
  if (identity.uid !== undefined && identity.gid !== undefined) await chown(folder, identity.uid, identity.gid);
  const data = join(folder, 'data');
  const init = [
    '-D',
    data,
    '-U',
    USER,
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
    '--no-instructions',
  ];
  await run(join(bin, 'initdb'), init, { ...identity, cwd: folder });
  const port = await freePort();
  const place = ['-h', '127.0.0.1', '-p', String(port), '-U', USER];
  const settings = [
    `unix_socket_directories=${folder}`,
    'listen_addresses=127.0.0.1',
    'max_connections=200',
    'shared_buffers=64MB',
    ...(isDurable ? [] : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']),
  ];
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  let server: ChildProcess | undefined;
  let databases = 0;
  const start = async () => {
    server = spawn(join(bin, 'postgres'), args, { ...identity, cwd: folder, stdio: 'ignore' });
    await untilReady(server, () => run(join(bin, 'pg_isready'), place));
  };
  const stop = async () => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    // "Fast": sessions are ended, data is kept (postgresql.org/docs/current/server-shutdown.html).
    server.kill('SIGINT');
    await ended;
  };
  await start();
  return {
    port,
    start,
    stop,
    createDatabase: async () => {
      databases += 1;
      const name = `test${databases}`;
      await run(join(bin, 'createdb'), [...place, name]);
      return `postgres://${USER}@127.0.0.1:${port}/${name}`;
    },
    close: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function newestVersion(): Promise<string> {
  const versions = (await readdir(VERSIONS)).map(Number).filter(Number.isInteger);
  return String(Math.max(...versions));
}

async function userOf(name: string): Promise<{ uid?: number; gid?: number }> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (flag) => (await run('id', [flag, name])).stdout));
  return { uid: Number(uid), gid: Number(gid) };
}

async function untilReady(server: ChildProcess, ask: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`);
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return;
    await sleep(PAUSE_MS);
  }
  throw new Error('PostgreSQL did not answer in time');
}
