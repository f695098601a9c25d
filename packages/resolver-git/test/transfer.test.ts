import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCredential } from '@agentmesh/download';
import type { FetchOptions } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-git';
import {
  createAuthority,
  createRepositories,
  failureOf,
  type GitServer,
  type Repositories,
  startGitServer,
} from '@agentmesh/test-support';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fetchTo } from './support/fetch-to.js';
import { blobHeader, onPack, packet, packHeader, sendBomb, sendBombs, sendPack } from './support/hostile-pack.js';
import { memoryDuring, processesWith } from './support/watch-processes.js';

const GIB = 1024 ** 3;
const authority = createAuthority('git.test', 'other.test', 'localhost');
const servers: GitServer[] = [];
let repositories: Repositories;
let commit: string;

beforeAll(() => {
  repositories = createRepositories();
  commit = repositories.make('plugin', { 'index.js': 'x', 'lib/a.js': 'a' });
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(() => repositories.remove());

type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

async function start(intercept: Intercept): Promise<GitServer> {
  const server = await startGitServer({ root: repositories.root, authority, intercept });
  servers.push(server);
  return server;
}

async function fetchFrom(intercept: Intercept, options: FetchOptions = {}, ref = commit) {
  const { port } = await start(intercept);
  const resolver = createResolver({
    ca: authority.ca,
    allowPrivateHosts: ['127.0.0.1'],
    credentials: { find: async () => createCredential('SECRET-TOKEN') },
  });
  return fetchTo(resolver, `127.0.0.1:${port}/plugin.git#${ref}`, options);
}

/** Fetches, expects the code within a time, and that no git is left. */
async function expectFailure(
  code: string,
  intercept: Intercept,
  { withinMs = 3_000, ref, ...options }: FetchOptions & { withinMs?: number; ref?: string } = {},
): Promise<void> {
  const started = performance.now();
  const failing = failureOf(fetchFrom(intercept, options, ref));
  const memory = await memoryDuring('/tmp/agentmesh-fill-', failing);
  const error = await failing;
  const took = performance.now() - started;
  expect(error).toMatchObject({ code });
  expect(took).toBeLessThan(withinMs);
  expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('SHOUTED');
  expect(memory.own).toBeLessThan(150);
  expect(memory.git).toBeLessThan(150);
  expect(processesWith('/tmp/agentmesh-fill-')).toEqual([]);
}

describe('a server that', () => {
  const drip = (response: ServerResponse): void => {
    response.write('0');
    const timer = setInterval(() => response.write('0'), 200);
    response.once('close', () => clearInterval(timer));
  };

  it('drips its list of refs is FETCH_TIMEOUT at the deadline', async () => {
    const intercept: Intercept = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
      drip(response);
      return true;
    };
    await expectFailure('FETCH_TIMEOUT', intercept, { limits: { timeoutMs: 500 }, withinMs: 1_500 });
  });

  it('drips its pack is FETCH_TIMEOUT at the deadline', async () => {
    await expectFailure('FETCH_TIMEOUT', onPack(drip), { limits: { timeoutMs: 700 }, withinMs: 1_700 });
  });

  it('says nothing at all is FETCH_TIMEOUT at the deadline', async () => {
    await expectFailure('FETCH_TIMEOUT', () => true, { limits: { timeoutMs: 500 }, withinMs: 1_500 });
  });

  it('sends a list of refs without end is FETCH_TOO_LARGE', async () => {
    const intercept: Intercept = async (_request, response) => {
      response.on('error', () => undefined);
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
      const line = packet(`${'1'.repeat(40)} refs/heads/${'x'.repeat(60_000)}\n`);
      while (!response.destroyed) if (!response.write(line)) await sleep(1);
      return true;
    };
    await expectFailure('FETCH_TOO_LARGE', intercept, {
      limits: { maxBytes: 1024 * 1024 },
      withinMs: 10_000,
      ref: 'main',
    });
  });

  it('sends a pack without end is FETCH_TOO_LARGE', async () => {
    const intercept = onPack(async (response) => {
      await sendPack(response, Buffer.concat([packHeader(3), blobHeader(50 * GIB), Buffer.from([0x78, 0x01])]));
      // Blocks of deflate that are stored as they are.
      const block = Buffer.concat([Buffer.from([0, 0xff, 0xff, 0, 0]), randomBytes(0xffff)]);
      while (await sendPack(response, block));
    });
    await expectFailure('FETCH_TOO_LARGE', intercept, { limits: { maxBytes: 4 * 1024 * 1024 } });
  });

  it('announces a million objects is FETCH_TOO_LARGE before they come', async () => {
    const intercept = onPack(async (response) => {
      await sendPack(response, packHeader(1_000_000));
    });
    await expectFailure('FETCH_TOO_LARGE', intercept, { withinMs: 2_000 });
  });

  it('sends a bomb of 10 GB is FETCH_TOO_LARGE, long before it is unpacked', async () => {
    await expectFailure(
      'FETCH_TOO_LARGE',
      onPack((response) => sendBomb(response, 10 * GIB)),
      { withinMs: 5_000 },
    );
  });

  it.each([
    ['many small', 19_000, 100_000],
    ['several large', 200, 50 * 1024 * 1024],
  ])('sends %s blobs that come to gigabytes is FETCH_TOO_LARGE', async (_name, count, size) => {
    const intercept = onPack((response) => sendBombs(response, count, size));
    await expectFailure('FETCH_TOO_LARGE', intercept, { withinMs: 8_000 });
  });

  it('shouts without end is FETCH_TOO_LARGE', async () => {
    const intercept = onPack(async (response) => {
      const shout = packet(Buffer.concat([Buffer.from([2]), Buffer.from('SHOUTED TEXT\n'.repeat(500))]));
      while (!response.destroyed) if (!response.write(shout)) await sleep(1);
    });
    await expectFailure('FETCH_TOO_LARGE', intercept);
  });

  it('shouts an error is FETCH_FAILED without its words', async () => {
    const intercept = onPack((response) => void response.end(packet('ERR SHOUTED could not read Username for x')));
    await expectFailure('FETCH_FAILED', intercept);
  });

  it('lies about the length of its answer is FETCH_FAILED', async () => {
    const intercept: Intercept = (_request, response) => {
      const type = 'application/x-git-upload-pack-advertisement';
      response.writeHead(200, { 'content-type': type, 'content-length': '1000000' });
      response.write(packet('# service=git-upload-pack\n'), () => response.destroy());
      return true;
    };
    await expectFailure('FETCH_FAILED', intercept);
  });

  it('cuts its pack short, or garbles it, is FETCH_FAILED', async () => {
    await expectFailure(
      'FETCH_FAILED',
      onPack(async (response) => {
        await sendPack(response, packHeader(3));
        response.end();
      }),
    );
    await expectFailure(
      'FETCH_FAILED',
      onPack(async (response) => {
        await sendPack(response, Buffer.concat([packHeader(3), randomBytes(2_000)]));
        response.end('0000');
      }),
    );
  });

  it('speaks the old protocol of plain files is FETCH_FAILED', async () => {
    const intercept: Intercept = (request, response) => {
      const isList = request.url?.includes('info/refs') === true;
      response.end(isList ? `${commit}\trefs/heads/main\n` : 'ref: refs/heads/main\n');
      return true;
    };
    await expectFailure('FETCH_FAILED', intercept);
    await expectFailure('FETCH_FAILED', intercept, { ref: 'main' });
  });

  it.each([
    [400, 'FETCH_FAILED'],
    [401, 'SOURCE_UNAUTHORIZED'],
    [403, 'SOURCE_UNAUTHORIZED'],
    [404, 'SOURCE_NOT_FOUND'],
    [410, 'SOURCE_NOT_FOUND'],
    [429, 'FETCH_FAILED'],
    [500, 'FETCH_FAILED'],
    [503, 'FETCH_FAILED'],
  ])('answers %i is %s', async (status, code) => {
    await expectFailure(code, (_request, response) => {
      response.writeHead(status, { 'content-type': 'text/plain' }).end('SHOUTED');
      return true;
    });
  });

  it.each([
    ['the address of cloud metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a file', () => 'file:///etc/passwd'],
    ['another host', (port: number) => `https://localhost:${port}/plugin.git/info/refs?service=git-upload-pack`],
    ['itself', (port: number) => `https://127.0.0.1:${port}/plugin.git/info/refs?service=git-upload-pack`],
  ])('redirects to %s is FETCH_FAILED, and nobody else sees the token', async (_name, place) => {
    const other = await start(() => false);
    for (const status of [301, 302, 307, 308]) {
      const intercept: Intercept = (_request, response) => {
        response.writeHead(status, { location: place(other.port) }).end();
        return true;
      };
      await expectFailure('FETCH_FAILED', intercept);
    }
    expect(other.seen).toEqual([]);
  });
});

describe('a fetch that is cancelled', () => {
  it('ends within a second, with its processes, its connection and its folder', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let begun = (): void => undefined;
    const onDrip = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const server = await start(
      onPack((response) => {
        response.write('0');
        begun();
      }),
    );
    const resolver = createResolver({ ca: authority.ca, allowPrivateHosts: ['127.0.0.1'] });
    const work = failureOf(
      fetchTo(resolver, `127.0.0.1:${server.port}/plugin.git#${commit}`, { signal: controller.signal }),
    );
    await onDrip;
    expect(processesWith('/tmp/agentmesh-fill-').length).toBeGreaterThan(0);
    const started = performance.now();
    controller.abort(reason);
    expect(await work).toBe(reason);
    expect(performance.now() - started).toBeLessThan(500);
    expect(processesWith('/tmp/agentmesh-fill-')).toEqual([]);
    while ((await server.connections()) > 0) await sleep(5);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
