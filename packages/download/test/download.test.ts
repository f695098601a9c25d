import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import {
  createCredential,
  createDownloader,
  createFolderCache,
  type Digest,
  type DownloaderOptions,
  type DownloadRequest,
} from '@agentmesh/download';
import { FETCH_ERROR_CODES } from '@agentmesh/resolver';
import { createAuthority, loopbackLookup as lookup, serve, type TestServer } from '@agentmesh/test-support';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const SECRET = 'hunter2-and-more';
const authority = createAuthority('one.test', 'two.test');
const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
const SHA256: Digest = `sha256:${createHash('sha256').update(CONTENT).digest('hex')}`;

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;
const routes = new Map<string, { answer: Answer; count: number }>();
let server: TestServer;
let other: TestServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-download-'));
  server = await serve(answer, authority);
  other = await serve((_request, response) => response.end('other'), authority);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function answer(request: IncomingMessage, response: ServerResponse): void {
  const route = routes.get(request.url ?? '');
  if (route === undefined) {
    response.writeHead(404).end(`no such thing ${SECRET}`);
    return;
  }
  route.count += 1;
  route.answer(request, response, route.count);
}

let made = 0;
function route(answer: Answer): string {
  made += 1;
  routes.set(`/${made}`, { answer, count: 0 });
  return `https://one.test:${server.port}/${made}`;
}

const asked = (url: string): TestServer['requests'] =>
  server.requests.filter((request) => url.endsWith(`${server.port}${request.url}`));

function downloader(options: DownloaderOptions = {}): ReturnType<typeof createDownloader> {
  const retry = { backoffMs: 1, ...options.retry };
  return createDownloader({ allowPrivateHosts: ['127.0.0.1'], ca: authority.ca, lookup, ...options, retry });
}

function get(url: string, options: DownloaderOptions = {}, request: Partial<DownloadRequest> = {}) {
  return downloader(options).download({
    ...{ url, signal: new AbortController().signal, maxBytes: 1_000_000 },
    ...request,
  });
}

const credentials = (hosts: Record<string, string>): DownloaderOptions['credentials'] => ({
  find: async ({ host, port }) => {
    const token = hosts[host] ?? hosts[`${host}:${port}`];
    return token === undefined ? undefined : createCredential(token);
  },
});

describe('a download', () => {
  it('brings the bytes, their digests and the headers, and tells how far it is', async () => {
    const url = route((_request, response) =>
      response.writeHead(200, { 'content-length': 300_000, 'x-a': 'b' }).end(CONTENT),
    );
    const onProgress = vi.fn();
    const found = await get(url, {}, { onProgress });
    expect(Buffer.from(found.bytes).equals(CONTENT)).toBe(true);
    expect(found).toMatchObject({ sha256: SHA256, cached: false });
    expect(found.sha512).toBe(`sha512:${createHash('sha512').update(CONTENT).digest('hex')}`);
    expect(found.header('X-A')).toBe('b');
    expect(onProgress).toHaveBeenLastCalledWith({ bytes: 300_000, totalBytes: 300_000 });
  });

  it('takes the bytes as they are stored, whatever encoding the server names', async () => {
    const packed = gzipSync(CONTENT);
    const url = route((_request, response) => response.writeHead(200, { 'content-encoding': 'x-gzip' }).end(packed));
    expect(Buffer.from((await get(url)).bytes).equals(packed)).toBe(true);
    expect(asked(url)[0]?.headers['accept-encoding']).toBe('identity');
  });

  it.each([
    [401, 'SOURCE_NOT_FOUND', false],
    [403, 'SOURCE_NOT_FOUND', false],
    [404, 'SOURCE_NOT_FOUND', false],
    [410, 'SOURCE_NOT_FOUND', false],
    [401, 'SOURCE_UNAUTHORIZED', true],
    [403, 'SOURCE_UNAUTHORIZED', true],
    [404, 'SOURCE_NOT_FOUND', true],
    [400, 'FETCH_FAILED', false],
    [413, 'FETCH_TOO_LARGE', false],
    [302, 'FETCH_FAILED', false],
    [204, 'FETCH_FAILED', false],
    [206, 'FETCH_FAILED', false],
  ])('that is answered with %i fails with %s (credential sent: %s)', async (status, code, sent) => {
    const url = route((_request, response) => response.writeHead(status).end(status === 204 ? undefined : SECRET));
    const error: unknown = await get(url, sent ? { credentials: credentials({ 'one.test': SECRET }) } : {}).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code, hint: expect.any(String) });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });

  it.each([
    [
      'as announced',
      (response: ServerResponse) => void response.writeHead(200, { 'content-length': 2_000_000 }).write('x'),
    ],
    [
      'without an announcement',
      (response: ServerResponse) => void response.writeHead(200).end(Buffer.alloc(2_000_000)),
    ],
  ])('that is too large ends there, %s', async (_, answer) => {
    const url = route((_request, response) => answer(response));
    await expect(get(url)).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
    expect(asked(url)).toHaveLength(1);
  });

  it('that stalls ends in time, and one that is cancelled at once', async () => {
    const url = route((_request, response) => void response.writeHead(200).write('x'));
    await expect(get(url, {}, { timeoutMs: 100 })).rejects.toMatchObject({ code: 'FETCH_TIMEOUT' });
    const controller = new AbortController();
    const fetching = get(url, {}, { signal: controller.signal });
    setTimeout(() => controller.abort('enough'), 50);
    await expect(fetching).rejects.toBe('enough');
    await expect(get(url, {}, { signal: AbortSignal.abort('before') })).rejects.toBe('before');
    await vi.waitFor(() => expect(server.active()).toBe(0));
  });

  it('fails with a fetch code for all that the network does', async () => {
    const closed = await serve((_request, response) => response.end(), authority);
    await closed.stop();
    const cases: [string, string, DownloaderOptions][] = [
      [`https://one.test:${closed.port}/`, 'FETCH_FAILED', {}],
      [`https://one.test:${server.port}/`, 'FETCH_FAILED', { ca: undefined }],
      [`https://three.test:${server.port}/`, 'FETCH_FAILED', {}],
      [`https://one.test:${server.port}/`, 'FETCH_FAILED', { allowPrivateHosts: [] }],
      [`https://one.test/`, 'FETCH_FAILED', { lookup: async () => Promise.reject(new Error(SECRET)) }],
      [`http://93.184.216.34/`, 'FETCH_FAILED', {}],
      [`https://me:${SECRET}@one.test/`, 'FETCH_FAILED', {}],
      [`file:///${SECRET}`, 'FETCH_FAILED', {}],
      [SECRET, 'FETCH_FAILED', {}],
    ];
    for (const [url, code, options] of cases) {
      const error: unknown = await get(url, options).catch((thrown: unknown) => thrown);
      expect(error, url).toMatchObject({ code });
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
    }
  });

  it('is checked against its digest', async () => {
    const url = route((_request, response) => response.end(CONTENT));
    await expect(get(url, {}, { digest: SHA256 })).resolves.toMatchObject({ sha256: SHA256 });
    const wrong: Digest = `sha512:${'0'.repeat(128)}`;
    await expect(get(url, {}, { digest: wrong })).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  });

  it('of a known digest uses no network the second time', async () => {
    const url = route((_request, response) => response.end(CONTENT));
    const cache = createFolderCache({ folder: join(folder, 'cache') });
    await get(url, { cache }, { digest: SHA256 });
    const again = await get(url, { cache }, { digest: SHA256 });
    expect(again.cached).toBe(true);
    expect(again.header('date')).toBeUndefined();
    expect(Buffer.from(again.bytes).equals(CONTENT)).toBe(true);
    expect(asked(url)).toHaveLength(1);
    await expect(get(url, { cache }, { digest: SHA256, maxBytes: 10 })).rejects.toMatchObject({
      code: 'FETCH_TOO_LARGE',
    });
    await expect(get(url, { cache }, { digest: SHA256, signal: AbortSignal.abort('no') })).rejects.toBe('no');
  });

  it('goes on over the network when the cache fails, and tells', async () => {
    const url = route((_request, response) => response.end(CONTENT));
    await writeFile(join(folder, 'file'), '');
    const onProblem = vi.fn();
    const cache = createFolderCache({ folder: join(folder, 'file') });
    expect((await get(url, { cache, onProblem }, { digest: SHA256 })).cached).toBe(false);
    expect(onProblem.mock.calls.map(([problem]) => problem.code)).toEqual(['CACHE_FAILED', 'CACHE_FAILED']);
  });

  it('into a file lies there whole, or not at all', async () => {
    const url = route((_request, response) => response.end(CONTENT));
    const one = downloader();
    const path = join(folder, 'here');
    const request = { url, signal: new AbortController().signal, maxBytes: 1_000_000 };
    await expect(one.downloadToFile(request, path)).resolves.toMatchObject({ path, size: 300_000, sha256: SHA256 });
    expect((await readFile(path)).equals(CONTENT)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await expect(one.downloadToFile(request, path)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    expect((await readFile(path)).equals(CONTENT)).toBe(true);
    await expect(one.downloadToFile({ ...request, maxBytes: 10 }, join(folder, 'large'))).rejects.toMatchObject({
      code: 'FETCH_TOO_LARGE',
    });
    expect(await readdir(folder)).not.toContain('large');
    await one.close();
  });
});

describe('an interrupted download', () => {
  const BREAK = 100_000;

  /** Sends the first part and breaks the connection; what follows is the test's. */
  function breaking(headers: Record<string, string>, next: Answer): string {
    return route((request, response, count) => {
      if (count > 1) {
        next(request, response, count);
        return;
      }
      response.writeHead(200, { 'content-length': CONTENT.length, ...headers });
      response.write(CONTENT.subarray(0, BREAK), () => response.destroy());
    });
  }

  function range(request: IncomingMessage, response: ServerResponse, headers: Record<string, string> = {}): void {
    const start = Number(/^bytes=([0-9]+)-$/.exec(request.headers.range ?? '')?.[1]);
    const contentRange = `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}`;
    response.writeHead(206, { 'content-range': contentRange, ...headers }).end(CONTENT.subarray(start));
  }

  it('goes on where it broke, when the entity tag is the same', async () => {
    const onProgress = vi.fn();
    const url = breaking({ etag: '"v1"' }, (request, response) => range(request, response, { etag: '"v1"' }));
    expect(await get(url, {}, { digest: SHA256, onProgress })).toMatchObject({ sha256: SHA256 });
    const [first, second] = asked(url);
    expect(first?.headers.range).toBeUndefined();
    const got = Number(/^bytes=([0-9]+)-$/.exec(second?.headers.range ?? '')?.[1]);
    expect(got).toBeGreaterThan(0);
    expect(second?.headers['if-range']).toBe('"v1"');
    expect(onProgress).toHaveBeenLastCalledWith({ bytes: CONTENT.length, totalBytes: CONTENT.length });
  });

  it('goes on by a date of change that lies well before the answer', async () => {
    const date = 'Sun, 01 Nov 2026 10:00:00 GMT';
    const headers = { 'last-modified': date, date: 'Sun, 01 Nov 2026 11:00:00 GMT' };
    const url = breaking(headers, (request, response) => range(request, response));
    expect(await get(url)).toMatchObject({ sha256: SHA256 });
    expect(asked(url)[1]?.headers['if-range']).toBe(date);
  });

  it.each<[string, Record<string, string>]>([
    ['a weak entity tag', { etag: 'W/"v1"' }],
    ['no proof', {}],
    [
      'a date just before the answer',
      { 'last-modified': 'Sun, 01 Nov 2026 10:00:00 GMT', date: 'Sun, 01 Nov 2026 10:00:01 GMT' },
    ],
    ['an encoding', { etag: '"v1"', 'content-encoding': 'gzip' }],
  ])('begins anew with %s', async (_, headers) => {
    const url = breaking(headers, (_request, response) => void response.end(CONTENT));
    expect(await get(url)).toMatchObject({ sha256: SHA256 });
    expect(asked(url)[1]?.headers.range).toBeUndefined();
  });

  it.each<[string, Answer]>([
    [
      'the file changed, and comes whole',
      (_request, response) => void response.writeHead(200, { etag: '"v2"' }).end(CONTENT),
    ],
    [
      'the server cannot satisfy the range',
      (request, response) => {
        if (request.headers.range === undefined) response.end(CONTENT);
        else response.writeHead(416).end();
      },
    ],
    [
      'a part of another file comes',
      (request, response) => {
        if (request.headers.range === undefined) response.end(CONTENT);
        else range(request, response, { etag: '"v2"' });
      },
    ],
    [
      'another part comes',
      (request, response) => {
        if (request.headers.range === undefined) response.end(CONTENT);
        else response.writeHead(206, { 'content-range': 'bytes 5-9/300000', etag: '"v1"' }).end('12345');
      },
    ],
  ])('begins anew when %s', async (_, next) => {
    const onProgress = vi.fn();
    const url = breaking({ etag: '"v1"' }, next);
    expect(await get(url, {}, { onProgress })).toMatchObject({ sha256: SHA256 });
    const told = onProgress.mock.calls.map(([{ bytes }]) => bytes);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });

  it('counts what came before the break', async () => {
    const url = route((request, response, count) => {
      if (count > 1) range(request, response);
      else response.writeHead(200, { etag: '"v1"' }).write(CONTENT.subarray(0, BREAK), () => response.destroy());
    });
    await expect(get(url, {}, { maxBytes: CONTENT.length - 1 })).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });

  it('fails when it breaks every time', async () => {
    const url = route((_request, response) => {
      response.writeHead(200, { 'content-length': 1_000, etag: '"v1"' });
      response.write('x', () => response.destroy());
    });
    await expect(get(url)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    expect(asked(url)).toHaveLength(4);
  });

  it('fails when the server never sends what it promises to send', async () => {
    const url = route((request, response) => {
      if (request.headers.range !== undefined) response.writeHead(206, { 'content-range': 'bytes 0-0/1' }).end('x');
      else response.writeHead(200, { 'content-length': 1_000, etag: '"v1"' }).write('x', () => response.destroy());
    });
    await expect(get(url)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  });
});

describe('a server that asks to come again', () => {
  it.each([429, 500, 502, 503, 504])('with %i is asked again', async (status) => {
    const url = route((_request, response, count) => {
      if (count < 3) response.writeHead(status).end(SECRET);
      else response.end(CONTENT);
    });
    expect(await get(url)).toMatchObject({ sha256: SHA256 });
    expect(asked(url)).toHaveLength(3);
  });

  it('is waited for as long as it says, in seconds or until a date', async () => {
    const date = new Date();
    const until = new Date(date.getTime() + 1_000);
    for (const headers of [{ 'retry-after': '1' }, { 'retry-after': until.toUTCString(), date: date.toUTCString() }]) {
      const url = route((_request, response, count) => {
        if (count === 1) response.writeHead(503, headers).end();
        else response.end(CONTENT);
      });
      const started = performance.now();
      await get(url);
      expect(performance.now() - started).toBeGreaterThan(950);
    }
  });

  it('is not waited for longer than allowed, however long it says', async () => {
    const url = route((_request, response) => response.writeHead(429, { 'retry-after': '3600' }).end());
    await expect(get(url)).rejects.toMatchObject({ code: 'FETCH_FAILED', message: expect.stringContaining('429') });
    expect(asked(url)).toHaveLength(1);
    await expect(get(url, { retry: { maxWaitMs: 4_000_000 } }, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'FETCH_TIMEOUT',
    });
  });

  it('is given up after the attempts that are allowed', async () => {
    const url = route((_request, response) => response.writeHead(500, { 'retry-after': 'soon' }).end(SECRET));
    await expect(get(url, { retry: { attempts: 2 } })).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    expect(asked(url)).toHaveLength(2);
  });

  it('is no longer waited for when the caller gives up', async () => {
    const url = route((_request, response) => response.writeHead(503, { 'retry-after': '20' }).end());
    const controller = new AbortController();
    const started = performance.now();
    setTimeout(() => controller.abort('enough'), 50);
    await expect(get(url, {}, { signal: controller.signal })).rejects.toBe('enough');
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('a credential', () => {
  const tokens = { 'one.test': SECRET, 'two.test': 'token-of-two' };

  it('goes to exactly its host and port', async () => {
    const url = route((_request, response) => response.end());
    await get(url, { credentials: credentials(tokens) });
    await get(url.replace('one.test', 'two.test'), { credentials: credentials(tokens) });
    await get(url, { credentials: credentials({ 'one.test:443': SECRET }) });
    await get(url, { credentials: credentials(tokens) }, { authorization: false });
    await get(url, { credentials: credentials(tokens) }, { authorization: 'Basic eDp5' });
    expect(asked(url).map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${SECRET}`,
      'Bearer token-of-two',
      undefined,
      undefined,
      'Basic eDp5',
    ]);
  });

  it('never goes without TLS', async () => {
    const plain = await serve((_request, response) => response.end());
    const url = `http://127.0.0.1:${plain.port}/`;
    await get(url, { credentials: credentials({ '127.0.0.1': SECRET }) });
    await get(url, {}, { authorization: `Bearer ${SECRET}` });
    expect(plain.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  it.each([
    ['another host', () => `https://two.test:${server.port}/landing`],
    ['another port', () => `https://one.test:${other.port}/landing`],
  ])('is dropped on a redirect to %s', async (_, target) => {
    const url = route((_request, response) => response.writeHead(302, { location: target() }).end());
    routes.set('/landing', { count: 0, answer: (_request, response) => void response.end('landed') });
    other.requests.length = 0;
    await get(url, { credentials: credentials(tokens) });
    const landed = [...server.requests, ...other.requests].filter((request) => request.url === '/landing');
    expect(landed.at(-1)).toBeDefined();
    for (const { headers } of landed) expect(JSON.stringify(headers)).not.toContain(SECRET);
    expect(landed.at(-1)?.headers.authorization).toBeUndefined();
  });

  it('stays on a redirect within its origin, and a refusal elsewhere is no refusal of it', async () => {
    const url = route((_request, response) => response.writeHead(307, { location: '/stay' }).end());
    routes.set('/stay', { count: 0, answer: (_request, response) => void response.writeHead(403).end() });
    await expect(get(url, { credentials: credentials(tokens) })).rejects.toMatchObject({ code: 'SOURCE_UNAUTHORIZED' });
    const away = route((_request, response) =>
      response.writeHead(302, { location: `https://two.test:${server.port}/stay` }).end(),
    );
    await expect(get(away, { credentials: credentials(tokens) })).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });
});

describe('a redirect', () => {
  it.each([
    ['cloud metadata', 'http://169.254.169.254/latest/meta-data/'],
    ['cloud metadata over TLS', 'https://169.254.169.254/'],
    ['a private address', 'https://10.0.0.1/'],
    ['a file', 'file:///etc/passwd'],
    ['data', 'data:text/plain,x'],
    ['a URL with a password', `https://me:${SECRET}@one.test/`],
    ['no URL', 'https://['],
  ])('to %s is refused', async (_, location) => {
    const url = route((_request, response) => response.writeHead(302, { location }).end());
    const error: unknown = await get(url).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'FETCH_FAILED' });
    expect(inspect(error, { depth: 9 })).not.toContain(SECRET);
  });

  it('to itself ends', async () => {
    const url = route((request, response) => response.writeHead(302, { location: request.url }).end());
    await expect(get(url)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    expect(asked(url)).toHaveLength(6);
  });
});

describe('an exchange', () => {
  const send = (url: string, options: Partial<Parameters<ReturnType<typeof createDownloader>['request']>[0]> = {}) =>
    downloader().request({ url, signal: new AbortController().signal, ...options });

  it('answers with every status, its headers and its body', async () => {
    const url = route((_request, response) =>
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="x"' }).end('no'),
    );
    const response = await send(url);
    expect([response.status, response.header('WWW-Authenticate'), response.url.pathname]).toEqual([
      401,
      'Bearer realm="x"',
      new URL(url).pathname,
    ]);
    expect(Buffer.from(await response.bytes()).toString()).toBe('no');
    await (await send(url)).discard();
  });

  it('is repeated where that is safe, and gives the last answer', async () => {
    const url = route((_request, response) => response.writeHead(503).end());
    for (const [method, times] of [
      ['GET', 4],
      ['PUT', 4],
      ['POST', 1],
      ['PATCH', 1],
    ] as const) {
      const before = asked(url).length;
      expect((await send(url, { method, ...(method === 'GET' ? {} : { body: 'x' }) })).status).toBe(503);
      expect(asked(url).length - before, method).toBe(times);
    }
    const broken = route((_request, response) => response.destroy());
    for (const [method, times] of [
      ['GET', 4],
      ['POST', 1],
    ] as const) {
      const before = asked(broken).length;
      await expect(send(broken, { method })).rejects.toMatchObject({ code: 'FETCH_FAILED' });
      expect(asked(broken).length - before, method).toBe(times);
    }
  });

  it('fails in the codes of a fetch, also while its body is read', async () => {
    const url = route((_request, response) => void response.writeHead(200).end(Buffer.alloc(100)));
    await expect((await send(url, { maxBytes: 10 })).bytes()).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
    const slow = route((_request, response) => void response.writeHead(200).write('x'));
    await expect((await send(slow, { timeoutMs: 100 })).bytes()).rejects.toMatchObject({ code: 'FETCH_TIMEOUT' });
    await expect(send(slow, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    await expect(send('nothing')).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    expect(FETCH_ERROR_CODES).toContain('FETCH_FAILED');
  });

  it('does not follow redirects when it may not', async () => {
    const url = route((_request, response) => response.writeHead(302, { location: '/x' }).end());
    expect((await send(url, { maxRedirects: 0 })).status).toBe(302);
  });
});
