import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildServer, type NpmRegistry, race, startChildServer, startNpmRegistry } from '@agentmesh/test-support';
import { Pool } from 'undici';
import { afterAll, beforeAll, test } from 'vitest';
import { adminToken } from '../test/support/load.js';
import { quickRelease } from '../test/support/quick-release.js';
import { processorTime } from './processor-time.js';

const GETS = 1600;
const PUBLISHES = 64;
const CONNECTIONS = 16;
const ROUNDS = 10;
/** Servers run for long: both are asked until what they do often has been compiled. */
const WARM_UP = { gets: 6, publishes: 8 };

const dataDir = await mkdtemp(join(tmpdir(), 'agentmesh-server-bench-'));
const running: ChildServer[] = [];
let server: ChildServer;
let npm: NpmRegistry;
let token: string;
let npmToken: string;

beforeAll(async () => {
  const bin = join(import.meta.dirname, '../bin/agentmesh-server.js');
  const plenty = ['', '-address', '-token'].flatMap((kind) => [`--requests-per-minute${kind}`, '100000000']);
  server = await startChildServer({
    command: process.execPath,
    args: (port) => [bin, '--port', String(port), '--data-dir', dataDir, ...plenty],
    ready: '/healthz',
  });
  npm = await startNpmRegistry({ isLogin: true });
  running.push(server);
  token = await adminToken(dataDir);
  npmToken = await login();
});

afterAll(async () => {
  for (const child of running) await child.stop();
  await npm?.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function login(): Promise<string> {
  const answer = await fetch(`${npm.url}-/user/org.couchdb.user:bench`, {
    method: 'PUT',
    body: JSON.stringify({ name: 'bench', password: 'a-long-password', type: 'user', roles: [] }),
    headers: { 'content-type': 'application/json' },
  });
  return ((await answer.json()) as { token: string }).token;
}

interface Sent {
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | string;
}

/**
 * Sends requests over a fixed number of connections, and fails for any answer that is no success. Answers are counted, not read: the
 * sender shares the machine with what it measures.
 */
async function send(port: number, requests: readonly Sent[]): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS });
  let next = 0;
  const connection = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const following = (): void => {
        const one = requests[next++];
        if (one === undefined) resolve();
        else dispatch(pool, one, { done: following, failed: reject });
      };
      following();
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  await pool.close();
}

interface Heard {
  done(): void;
  failed(error: Error): void;
}

function dispatch(pool: Pool, { path, headers = {}, body }: Sent, { done, failed }: Heard): void {
  const method = body === undefined ? 'GET' : 'PUT';
  pool.dispatch(
    { path, headers, method, body: body ?? null },
    {
      onRequestStart: () => undefined,
      onResponseStart: (_, status) => {
        if (status >= 300) failed(new Error(`${status} ${path}`));
      },
      onResponseData: () => undefined,
      onResponseEnd: done,
      onResponseError: (_, error) => failed(error),
    },
  );
}

let made = 0;
const nextName = (): string => {
  made += 1;
  return `bench-${made}`;
};
const content = Buffer.from(`export const run = () => '${randomBytes(750).toString('hex')}';\n`);

function ours(): Sent {
  const release = quickRelease(nextName(), '1.0.0', { content });
  return {
    path: `/v1/plugins/${release.name}/1.0.0`,
    body: release.bytes,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/gzip',
      'x-agentmesh-public-key': release.key,
    },
  };
}

function theirs(name = nextName()): Sent {
  const { bytes, integrity } = quickRelease(name, '1.0.0', { content });
  const file = `${name}-1.0.0.tgz`;
  const shasum = createHash('sha1').update(bytes).digest('hex');
  const dist = { shasum, integrity, tarball: `${npm.url}${name}/-/${file}` };
  const body = {
    _id: name,
    name,
    'dist-tags': { latest: '1.0.0' },
    versions: { '1.0.0': { _id: `${name}@1.0.0`, name, version: '1.0.0', description: 'for a bench', dist } },
    _attachments: {
      [file]: {
        content_type: 'application/octet-stream',
        data: Buffer.from(bytes).toString('base64'),
        length: bytes.length,
      },
    },
  };
  return {
    path: `/${name}`,
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${npmToken}`, 'content-type': 'application/json' },
  };
}

test(`publishing a plugin of 2 KB with a token, ${PUBLISHES} over ${CONNECTIONS} connections (at most 0.25 ×)`, {
  timeout: 180_000,
}, async () => {
  const batches = { ours: [] as Sent[][], theirs: [] as Sent[][] };
  for (let round = 0; round < ROUNDS + WARM_UP.publishes; round += 1) {
    batches.ours.push(Array.from({ length: PUBLISHES }, ours));
    batches.theirs.push(Array.from({ length: PUBLISHES }, () => theirs()));
  }
  await race(
    {
      'agentmesh-server, SQLite, signature and files checked': () => send(server.port, batches.ours.pop() ?? []),
      'reference: verdaccio': () => send(npm.port, batches.theirs.pop() ?? []),
    },
    { rounds: ROUNDS, warmUp: WARM_UP.publishes },
  );
});

test(`reading metadata, ${GETS} over ${CONNECTIONS} connections (verdaccio at least 4 ×, bare at least 0.25 ×)`, {
  timeout: 180_000,
}, async () => {
  const release = ours();
  await send(server.port, [release]);
  await send(npm.port, [theirs('read')]);
  const path = release.path.replace(/\/1\.0\.0$/, '');
  const text = await (await fetch(`http://127.0.0.1:${server.port}${path}`)).text();
  const bare = await startChildServer({
    command: process.execPath,
    args: (port) => [join(import.meta.dirname, 'bare-handler.mjs'), String(port), text],
    ready: '/',
  });
  running.push(bare);
  const gets = (of: string): Sent[] => Array.from({ length: GETS }, () => ({ path: of }));
  const before = [npm, server, bare].map(({ pid }) => processorTime(pid));
  await race(
    {
      'reference: verdaccio': () => send(npm.port, gets('/read')),
      'agentmesh-server, logs and metrics on': () => send(server.port, gets(path)),
      'reference: a bare handler of node:http': () => send(bare.port, gets('/')),
    },
    { rounds: ROUNDS, warmUp: WARM_UP.gets },
  );
  const each = [npm, server, bare].map(
    ({ pid }, at) => (processorTime(pid) - (before[at] ?? 0)) / (GETS * (ROUNDS + WARM_UP.gets)),
  );
  const names = ['verdaccio', 'agentmesh-server', 'bare'];
  process.stdout.write(
    `${names.map((name, at) => `${name} ${each[at]?.toFixed(3)} ms`).join(', ')} of processor time a request\n`,
  );
});
