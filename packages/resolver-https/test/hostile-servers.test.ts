import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createCredential } from '@agentmesh/download';
import { SourceRegistry } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-https';
import { createAuthority, loopbackLookup as lookup, serve } from '@agentmesh/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gzipBomb, honestGzipBomb, millionFiles, ratioBomb, tgz, zipBomb } from './archives.js';

const MAX_MEMORY_MIB = 150;
const TOKEN = 'hunter2-and-more';
const authority = createAuthority('one.test', 'two.test');
const noise = randomBytes(65_536);
const plugin = tgz({ 'index.js': 'export {};\n', 'readme.md': 'Demo\n' });

/** What a server answers with, by path. */
const ANSWERS: Record<string, (response: ServerResponse) => void> = {
  '/one-byte-a-second.tgz': (response) => {
    const timer = setInterval(() => response.write('x'), 1_000);
    response.once('close', () => clearInterval(timer));
    response.write('x');
  },
  '/never-ends.tgz': (response) => {
    const pour = (): void => {
      while (!response.destroyed && response.write(noise));
    };
    response.on('drain', pour);
    pour();
  },
  '/says-little-sends-much.tgz': (response) => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n';
    response.socket?.write(Buffer.concat([Buffer.from(head), plugin, noise]));
  },
  '/says-much-sends-little.tgz': (response) => {
    response.writeHead(200, { 'content-length': plugin.length + 1 }).write(plugin, () => response.destroy());
  },
  '/says-a-terabyte.tgz': (response) => void response.writeHead(200, { 'content-length': 1e12 }).write('x'),
  '/says-nonsense.tgz': (response) => void response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: -5\r\n\r\nx'),
  '/says-two-lengths.tgz': (response) =>
    void response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx'),
  '/endless-header.tgz': (response) => {
    const { socket } = response;
    const pour = (): void => {
      while (socket !== null && !socket.destroyed && socket.write('x'.repeat(65_536)));
    };
    socket?.on('drain', pour);
    socket?.write('HTTP/1.1 200 OK\r\nx-a: ');
    pour();
  },
  '/gzip-bomb.tgz': (response) => void response.end(gzipBomb()),
  '/honest-gzip-bomb.tgz': (response) => void response.end(honestGzipBomb()),
  '/ratio-bomb.tgz': (response) => void response.end(ratioBomb()),
  '/lying-zip-bomb.zip': (response) => void response.end(zipBomb(1_000)),
  '/zip-bomb.zip': (response) => void response.end(zipBomb(4 * 1024 ** 3 - 2)),
  '/million-files.tgz': (response) => void millionFiles().then((bytes) => response.end(bytes)),
  '/encoded-bomb.tgz': (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipBomb()),
  '/to-metadata.tgz': (response) => void response.writeHead(302, { location: 'http://169.254.169.254/x.tgz' }).end(),
  '/to-metadata-over-tls.tgz': (response) =>
    void response.writeHead(302, { location: 'https://169.254.169.254/' }).end(),
  '/to-a-file.tgz': (response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/to-a-private-address.tgz': (response) => void response.writeHead(302, { location: 'https://10.1.2.3/x.tgz' }).end(),
  '/to-itself.tgz': (response) => void response.writeHead(302, { location: '/to-itself.tgz' }).end(),
  '/to-another-host.tgz': (response) =>
    void response.writeHead(302, { location: `https://two.test:${server.port}/plugin.tgz` }).end(),
  '/plugin.tgz': (response) => void response.end(plugin),
};

const server = await serve((request, response) => ANSWERS[request.url ?? '']?.(response), authority);
let folder: string;
let ca: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-hostile-'));
  ca = join(folder, 'ca.pem');
  await writeFile(ca, authority.ca);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: string;
  readonly took: number;
  readonly peak: number;
  readonly left: readonly string[];
}

/** Fetches in a process of its own, so that its memory can be measured. */
async function fetchInChild(file: string, timeoutMs: number): Promise<Outcome> {
  const place = join(folder, file.replaceAll('/', '-'));
  await mkdir(place);
  const script = fileURLToPath(new URL('./children/fetch-once.mjs', import.meta.url));
  const spec = `one.test:${server.port}/${file}`;
  const run = promisify(execFile)(process.execPath, [script, spec, place, ca, String(timeoutMs)]);
  return JSON.parse((await run).stdout);
}

describe('a hostile server', () => {
  it.each([
    ['one-byte-a-second.tgz', 'FETCH_TIMEOUT', 2_000],
    ['never-ends.tgz', 'FETCH_TOO_LARGE', 60_000],
    ['says-little-sends-much.tgz', 'ARCHIVE_INVALID', 10_000],
    ['says-much-sends-little.tgz', 'FETCH_FAILED', 10_000],
    ['says-a-terabyte.tgz', 'FETCH_TOO_LARGE', 10_000],
    ['says-nonsense.tgz', 'FETCH_FAILED', 10_000],
    ['says-two-lengths.tgz', 'FETCH_FAILED', 10_000],
    ['endless-header.tgz', 'FETCH_FAILED', 10_000],
    ['gzip-bomb.tgz', 'ARCHIVE_INVALID', 30_000],
    ['honest-gzip-bomb.tgz', 'FETCH_TOO_LARGE', 30_000],
    ['ratio-bomb.tgz', 'FETCH_TOO_LARGE', 30_000],
    ['lying-zip-bomb.zip', 'ARCHIVE_INVALID', 30_000],
    ['zip-bomb.zip', 'FETCH_TOO_LARGE', 30_000],
    ['encoded-bomb.tgz', 'ARCHIVE_INVALID', 30_000],
    ['million-files.tgz', 'FETCH_TOO_LARGE', 60_000],
    ['to-metadata.tgz', 'FETCH_FAILED', 10_000],
    ['to-metadata-over-tls.tgz', 'FETCH_FAILED', 10_000],
    ['to-a-file.tgz', 'FETCH_FAILED', 10_000],
    ['to-a-private-address.tgz', 'FETCH_FAILED', 10_000],
    ['to-itself.tgz', 'FETCH_FAILED', 10_000],
  ])(
    '%s ends with %s within %i ms, in little memory, and nothing is left',
    async (file, code, limitMs) => {
      const outcome = await fetchInChild(file, limitMs);
      expect(outcome).toMatchObject({ code, left: [] });
      expect(outcome.took).toBeLessThan(limitMs + 1_000);
      if (process.platform === 'linux') expect(outcome.peak).toBeLessThan(MAX_MEMORY_MIB);
      await expect.poll(() => server.active(), { timeout: 1_000 }).toBe(0);
    },
    90_000,
  );

  it('gets no credential that was for another host', async () => {
    const asked: string[] = [];
    const find = async ({ host }: { host: string }) => {
      asked.push(host);
      return createCredential(`${TOKEN}-of-${host}`);
    };
    const options = { allowPrivateHosts: ['127.0.0.1'], ca: authority.ca, lookup, credentials: { find } };
    const registry = new SourceRegistry().register(createResolver(options));
    server.requests.length = 0;
    const spec = `one.test:${server.port}/to-another-host.tgz`;
    const fetched = await registry.fetch({ scheme: 'https', spec }, join(folder, 'redirected'));
    expect(fetched.name).toBe('to-another-host');
    expect(asked).toEqual(['one.test']);
    const [first, second] = server.requests;
    expect(first?.headers.authorization).toBe(`Bearer ${TOKEN}-of-one.test`);
    expect(second?.headers.host).toBe(`two.test:${server.port}`);
    expect(JSON.stringify(second?.headers)).not.toContain(TOKEN);
  });
});
