import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { request } from 'node:http';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pack } from 'tar-stream';
import { createEngineClient } from '../../src/targets/engine-client.js';
import { scratch } from './staged.js';

/** An engine that was started for tests. */
export interface Engine {
  readonly socketPath: string;
  /** Makes and starts a container with an empty `/configs`. */
  start(name: string): Promise<void>;
  /** Runs a program in a container; what it wrote. */
  run(name: string, command: readonly string[]): Promise<string>;
  /** Stops a container. */
  halt(name: string): Promise<void>;
  stop(): Promise<void>;
}

const PROGRAMS = ['cat', 'find', 'ln', 'ls', 'mkdir', 'mv', 'rm', 'rmdir', 'sh', 'sleep', 'sort', 'stat'];
/** What some machines allow no more of, which podman would ask for by default. */
const ULIMITS = [
  { Name: 'nofile', Soft: 1024, Hard: 1024 },
  { Name: 'nproc', Soft: 1000, Hard: 1000 },
];
/** Ends at once when it is told to. */
const IDLE = ['sh', '-c', "trap 'exit 0' TERM; sleep 100000 & wait"];

function find(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** An engine with one container that runs; where this machine lets podman run none, the reason in words. */
export async function tryPodman(container: string): Promise<Engine | string> {
  const reason = whyNoPodman();
  if (reason !== undefined) return reason;
  const engine = await startPodman();
  try {
    await engine.start(container);
    await engine.run(container, ['ls', '/']);
    return engine;
  } catch (error) {
    await engine.stop();
    return error instanceof Error ? error.message : String(error);
  }
}

function whyNoPodman(): string | undefined {
  if (process.platform !== 'linux') return 'podman runs on Linux';
  if (process.getuid?.() !== 0) return 'podman with a private mount namespace needs root';
  const missing = ['podman', 'unshare', 'busybox'].find((program) => find(program) === undefined);
  return missing === undefined ? undefined : `${missing} is not installed`;
}

/**
 * Starts podman's Docker-compatible service in a folder of its own, with files copied instead of overlaid, so that nothing of the machine's own
 * podman is touched. In its mount namespace the second hierarchy of control groups is out of sight: crun refuses machines that have both.
 */
async function startPodman(): Promise<Engine> {
  const folder = scratch();
  const socketPath = join(folder, 'engine.sock');
  const store = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
  const podman = [
    'podman',
    ...store,
    '--cgroup-manager',
    'cgroupfs',
    'system',
    'service',
    '--time=0',
    `unix://${socketPath}`,
  ];
  const script = 'umount /sys/fs/cgroup/unified 2>/dev/null; exec "$@"';
  // In a namespace of processes of their own, all that it started ends with it.
  const apart = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn('unshare', [...apart, 'sh', '-c', script, 'sh', ...podman], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const call = (method: string, path: string, body?: Buffer | object) => callEngine(socketPath, method, path, body);
  await untilReady(child, call, () => said);
  const imported = await call('POST', '/images/create?fromSrc=-', await tinyImage());
  const image: { readonly id: string } = JSON.parse(imported.trim().split('\n').at(-1) ?? '');
  const names: string[] = [];
  const client = createEngineClient({ address: { socketPath }, timeoutMs: 60_000 });
  return {
    socketPath,
    start: async (name) => {
      const HostConfig = { NetworkMode: 'none', Ulimits: ULIMITS };
      await call('POST', `/containers/create?name=${name}`, { Image: image.id, Cmd: IDLE, HostConfig });
      names.push(name);
      await call('POST', `/containers/${name}/start`);
    },
    halt: async (name) => void (await call('POST', `/containers/${name}/stop?t=2`)),
    run: async (name, command) => (await client.exec(name, command)).stdout,
    stop: async () => {
      for (const name of names) await call('DELETE', `/containers/${name}?force=true`);
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

type Call = (method: string, path: string, body?: Buffer | object) => Promise<string>;

async function untilReady(child: ChildProcess, call: Call, said: () => string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`podman ended with ${child.exitCode}: ${said()}`);
    const answer = await call('GET', '/_ping').catch(() => undefined);
    if (answer !== undefined) return;
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`podman did not answer: ${said()}`);
}

async function callEngine(socketPath: string, method: string, path: string, body?: Buffer | object): Promise<string> {
  const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json';
  const asked = request({ socketPath, method, path, headers: bytes === undefined ? {} : { 'content-type': type } });
  asked.end(bytes);
  const [response] = await once(asked, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  if (response.statusCode < 400) return text;
  throw new Error(`${method} ${path} answered ${response.statusCode}: ${text}`);
}

/** One static program under the names of all that it can do. */
async function tinyImage(): Promise<Buffer> {
  const tar = pack();
  for (const name of ['bin/', 'configs/', 'tmp/']) tar.entry({ name, type: 'directory', mode: 0o755 });
  const busybox = readFileSync(realpathSync(find('busybox') ?? ''));
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, busybox);
  for (const name of PROGRAMS) tar.entry({ name: `bin/${name}`, type: 'symlink', linkname: 'busybox' });
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
