import type { RequestListener } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { createGuardedClient, type GuardedClient, type GuardedClientOptions } from '@agentmesh/http';
import { createAuthority } from '@agentmesh/test-support';
import { afterAll, describe, expect, it } from 'vitest';
import { echo, readAll, serve } from './servers.js';

const authority = createAuthority('good.test', 'other.test');
const clients: GuardedClient[] = [];
const resolved: string[] = [];

afterAll(() => Promise.all(clients.map((client) => client.close())));

/** A client for the test servers: good.test and other.test are 127.0.0.1, which is listed. */
function client(options: GuardedClientOptions = {}): GuardedClient {
  const lookup = async (host: string): Promise<{ address: string; family: number }[]> => {
    resolved.push(host);
    return [{ address: '127.0.0.1', family: 4 }];
  };
  const created = createGuardedClient({ allowPrivateHosts: ['127.0.0.1'], ca: authority.ca, lookup, ...options });
  clients.push(created);
  return created;
}

async function secure(listener: RequestListener): Promise<string> {
  return `https://good.test:${await serve(listener, authority)}`;
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('a request', () => {
  it('is sent and answered', async () => {
    const url = await secure(echo);
    const request = { url: `${url}/a/b?c=d#e`, method: 'post', headers: { 'X-One': '1' }, body: 'hello' };
    const response = await client().request(request);
    expect(response.status).toBe(200);
    expect(response.header('Content-Type')).toBe('application/json');
    expect(JSON.parse(text(await response.bytes()))).toMatchObject({
      method: 'POST',
      url: '/a/b?c=d',
      body: 'hello',
      headers: { host: new URL(url).host, 'x-one': '1', 'accept-encoding': 'gzip, deflate, br' },
    });
  });

  it('resolves a name once, and the next one uses the same connection', async () => {
    const ports = new Set<number | undefined>();
    const url = await secure((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    const one = client();
    resolved.length = 0;
    await (await one.request({ url })).bytes();
    // A connection is free again in the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    await (await one.request({ url })).bytes();
    expect(resolved).toEqual(['good.test']);
    expect(ports.size).toBe(1);
  });

  it('goes to listed loopback without TLS, and nowhere else', async () => {
    const port = await serve(echo);
    expect((await client().request({ url: `http://127.0.0.1:${port}/` })).status).toBe(200);
    expect((await client().request({ url: `http://good.test:${port}/` })).status).toBe(200);
    const listed = client({
      allowPrivateHosts: ['10.0.0.0/8'],
      lookup: async () => [{ address: '10.0.0.1', family: 4 }],
    });
    await expect(listed.request({ url: `http://good.test:${port}/` })).rejects.toMatchObject({
      code: 'ADDRESS_REFUSED',
    });
  });

  it.each([
    ['a file', { url: 'file:///etc/passwd' }],
    ['a script', { url: 'javascript:1' }],
    ['no URL', { url: 'no url' }],
    ['a password', { url: 'https://user:secret@good.test/' }],
    ['CONNECT', { url: 'https://good.test/', method: 'CONNECT' }],
    ['TRACE', { url: 'https://good.test/', method: 'trace' }],
    ['a method with a line break', { url: 'https://good.test/', method: 'GET / HTTP/1.1\r\nx: y' }],
    ['another Host', { url: 'https://good.test/', headers: { Host: 'internal' } }],
    ['a length of its own', { url: 'https://good.test/', headers: { 'content-length': '5' } }],
    ['smuggling by transfer encoding', { url: 'https://good.test/', headers: { 'Transfer-Encoding': 'chunked' } }],
    ['a header for the proxy', { url: 'https://good.test/', headers: { 'Proxy-Authorization': 'x' } }],
    ['a header with a line break', { url: 'https://good.test/', headers: { 'x-a': 'b\r\nx-c: d' } }],
    ['a header name with a line break', { url: 'https://good.test/', headers: { 'x-a\r\nb': 'c' } }],
    ['headers without end', { url: 'https://good.test/', headers: { 'x-a': 'b'.repeat(20_000) } }],
  ])('with %s is refused', async (_, request) => {
    const failure: unknown = await client()
      .request(request)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'HTTP_REQUEST_REFUSED' });
    expect(String(failure)).not.toContain('secret');
  });
});

describe('an address', () => {
  it.each([
    ...['https://127.0.0.1/', 'https://127.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/'],
    ...['https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://[::ffff:7f00:1]/', 'https://0.0.0.0/'],
    ...['https://169.254.169.254/', 'https://10.0.0.1/', 'http://127.0.0.1/', 'http://8.8.8.8/'],
  ])('of this machine or its network is not reached: %s', async (url) => {
    await expect(client({ allowPrivateHosts: [] }).request({ url })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it('of a name counts, not the name', async () => {
    const lookup = async (): Promise<{ address: string; family: number }[]> => [{ address: '192.168.0.1', family: 4 }];
    await expect(client({ lookup }).request({ url: 'https://harmless.example/' })).rejects.toMatchObject({
      code: 'ADDRESS_REFUSED',
      message: 'No connection is made to harmless.example (192.168.0.1): it is not public (private)',
    });
  });

  it('that is private among public ones refuses them all', async () => {
    const lookup = async (): Promise<{ address: string; family: number }[]> => [
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    await expect(client({ lookup }).request({ url: 'https://mixed.example/' })).rejects.toMatchObject({
      code: 'ADDRESS_REFUSED',
    });
  });

  it('cannot be rebound: what was checked is what is connected to, and each new connection is checked again', async () => {
    const url = await secure((_, response) => response.setHeader('connection', 'close').end('first'));
    let asked = 0;
    const lookup = async (): Promise<{ address: string; family: number }[]> => {
      asked += 1;
      return [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
    };
    const one = client({ lookup });
    expect(text(await (await one.request({ url })).bytes())).toBe('first');
    expect(asked).toBe(1);
    await expect(one.request({ url })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(asked).toBe(2);
  });

  it('that a name server makes up is refused', async () => {
    const lookup = async (): Promise<{ address: string; family: number }[]> => [{ address: 'localhost', family: 4 }];
    await expect(client({ lookup }).request({ url: 'https://odd.example/' })).rejects.toMatchObject({
      code: 'ADDRESS_REFUSED',
    });
    const none = client({ lookup: async () => [] });
    await expect(none.request({ url: 'https://odd.example/' })).rejects.toMatchObject({ code: 'HTTP_FAILED' });
  });
});

describe('TLS', () => {
  it('is checked against the authorities and the name', async () => {
    const url = await secure(echo);
    await expect(client({ ca: undefined }).request({ url })).rejects.toMatchObject({ code: 'HTTP_TLS' });
    const foreign = url.replace('good.test', 'third.test');
    await expect(client().request({ url: foreign })).rejects.toMatchObject({ code: 'HTTP_TLS' });
  });
});

describe('redirects', () => {
  it('are answers like any other until they are asked for', async () => {
    const url = await secure((_, response) => response.writeHead(302, { location: '/x' }).end());
    expect((await client().request({ url })).status).toBe(302);
  });

  it('are followed and checked, each of them', async () => {
    const url = await secure((request, response) => {
      const hop = Number(request.url?.slice(1));
      if (hop < 3) response.writeHead(302, { location: `/${hop + 1}` }).end();
      else void echo(request, response);
    });
    const seen: string[] = [];
    const check = (next: URL): void => void seen.push(next.pathname);
    const response = await client().request({ url: `${url}/0`, redirects: { max: 3, check } });
    expect(response.url.pathname).toBe('/3');
    expect(seen).toEqual(['/1', '/2', '/3']);
    await expect(client().request({ url: `${url}/0`, redirects: { max: 2 } })).rejects.toMatchObject({
      code: 'HTTP_REDIRECT_REFUSED',
    });
    const refuse = (): never => {
      throw Object.assign(new Error('no'), { code: 'ENOPE' });
    };
    await expect(client().request({ url: `${url}/0`, redirects: { max: 3, check: refuse } })).rejects.toMatchObject({
      code: 'HTTP_FAILED',
    });
  });

  it.each(['http://169.254.169.254/', 'https://10.0.0.1/', 'https://[::1]/'])('to %s are refused', async (location) => {
    const url = await secure((_, response) => response.writeHead(307, { location }).end());
    await expect(client().request({ url, redirects: { max: 5 } })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  });

  it.each(['file:///etc/passwd', 'https://u:p@good.test/'])('to %s are refused', async (location) => {
    const url = await secure((_, response) => response.writeHead(307, { location }).end());
    await expect(client().request({ url, redirects: { max: 5 } })).rejects.toMatchObject({
      code: 'HTTP_REQUEST_REFUSED',
    });
  });

  it('take no credentials to another host, or to another port of it', async () => {
    const target = await secure(echo);
    const elsewhere = target.replace('good', 'other');
    const headers = { authorization: 'Bearer t', cookie: 'a=b', 'x-kept': '1' };
    for (const location of [`${target}/`, `${elsewhere}/`]) {
      const url = await secure((_, response) => response.writeHead(302, { location }).end());
      const response = await client().request({ url, headers, redirects: { max: 1 } });
      const echoed = JSON.parse(text(await response.bytes()));
      expect(echoed.headers).toMatchObject({ 'x-kept': '1' });
      expect(echoed.headers).not.toHaveProperty('authorization');
      expect(echoed.headers).not.toHaveProperty('cookie');
    }
    const url = await secure((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/here' }).end();
      else void echo(request, response);
    });
    const stayed = await client().request({ url, headers, redirects: { max: 1 } });
    expect(JSON.parse(text(await stayed.bytes())).headers).toMatchObject({ authorization: 'Bearer t' });
  });

  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [303, 'HEAD', 'HEAD', ''],
    [307, 'POST', 'POST', 'data'],
    [308, 'PUT', 'PUT', 'data'],
  ])('with %i turn %s into %s', async (status, method, becomes, body) => {
    let seen = '';
    const url = await secure(async (request, response) => {
      if (request.url === '/') response.writeHead(status, { location: '/next' }).end();
      else {
        seen = `${request.method} ${await readAll(request)}`;
        response.end();
      }
    });
    await client().request({ url, method, body: method === 'HEAD' ? undefined : 'data', redirects: { max: 1 } });
    expect(seen).toBe(`${becomes} ${body}`);
  });
});

describe('a body', () => {
  it('stays as it comes when it is not to be decoded, and is counted', async () => {
    const packed = gzipSync('x'.repeat(1000));
    const url = await secure((_, response) => response.setHeader('content-encoding', 'gzip').end(packed));
    const response = await client().request({ url, decode: false });
    expect(Buffer.from(await response.bytes()).equals(packed)).toBe(true);
    const small = await client().request({ url, decode: false, maxBytes: packed.length - 1 });
    await expect(small.bytes()).rejects.toMatchObject({ code: 'HTTP_TOO_LARGE' });
  });

  it.each([
    ['gzip', gzipSync('x'.repeat(1000))],
    ['deflate', deflateSync('x'.repeat(1000))],
    ['br', brotliCompressSync('x'.repeat(1000))],
    ['identity', Buffer.from('x'.repeat(1000))],
  ])('of %s is decompressed', async (encoding, bytes) => {
    const url = await secure((_, response) => response.setHeader('content-encoding', encoding).end(bytes));
    expect(text(await (await client().request({ url })).bytes())).toBe('x'.repeat(1000));
  });

  it.each<[string, RequestListener, string]>([
    ['that announces too much', (_, response) => response.end('x'.repeat(2000)), 'HTTP_TOO_LARGE'],
    ['that never ends', (_, response) => endless(response), 'HTTP_TOO_LARGE'],
    [
      'that is a bomb',
      (_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(50 << 20))),
      'HTTP_TOO_LARGE',
    ],
    [
      'in an unknown encoding',
      (_, response) => response.setHeader('content-encoding', 'zip').end('x'),
      'HTTP_ENCODING',
    ],
    ['in __proto__', (_, response) => response.setHeader('content-encoding', '__proto__').end('x'), 'HTTP_ENCODING'],
    ['that is no gzip', (_, response) => response.setHeader('content-encoding', 'gzip').end('plain'), 'HTTP_FAILED'],
    ['that is cut off', (_, response) => cutOff(response), 'HTTP_FAILED'],
  ])('%s is refused', async (_, listener, code) => {
    const response = await client().request({ url: await secure(listener), maxBytes: 1000 });
    await expect(response.bytes()).rejects.toMatchObject({ code });
  });

  it.each([
    ['HEAD', 200, { 'content-encoding': 'gzip', 'content-length': '2000000' }],
    ['GET', 204, { 'content-encoding': 'gzip' }],
  ])('that is only described is none: %s answered with %i', async (method, status, described) => {
    const url = await secure((_, response) => response.writeHead(status, described).end());
    const response = await client().request({ url, method, maxBytes: 1000 });
    expect([response.status, (await response.bytes()).length]).toEqual([status, 0]);
  });

  it('that is not wanted is let go', async () => {
    let closed: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => (closed = resolve));
    const url = await secure((_, response) => endless(response.on('close', () => closed?.())));
    await (await client().request({ url })).discard();
    await gone;
  });
});

describe('a server', () => {
  it.each<[string, RequestListener]>([
    ['that never answers', () => undefined],
    ['that drips its answer', (_, response) => void setInterval(() => response.write('x'), 20).unref()],
  ])('%s costs no more than the time allowed', async (_, listener) => {
    const started = performance.now();
    const url = await secure(listener);
    const whole = client()
      .request({ url, timeoutMs: 150 })
      .then((response) => response.bytes());
    await expect(whole).rejects.toMatchObject({ code: 'HTTP_TIMEOUT', message: expect.stringContaining('in time') });
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('is left when the caller says so, before the answer and during it', async () => {
    const silent = await secure(() => undefined);
    await expect(client().request({ url: silent, signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      code: 'HTTP_ABORTED',
    });
    const controller = new AbortController();
    const url = await secure((_, response) => endless(response));
    const { body } = await client().request({ url, signal: controller.signal });
    const read = async (): Promise<void> => {
      for await (const _ of body) controller.abort();
    };
    await expect(read()).rejects.toMatchObject({ code: 'HTTP_ABORTED' });
  });

  it('that is not there, or speaks something else, is named without its words', async () => {
    await expect(client().request({ url: 'https://good.test:1/secret?token=secret' })).rejects.toMatchObject({
      code: 'HTTP_FAILED',
      message: 'The request to good.test:1 failed (ECONNREFUSED)',
    });
    const port = await serve((_, response) => response.socket?.end('SECRET SECRET\r\n\r\n'));
    const failure: unknown = await client()
      .request({ url: `http://127.0.0.1:${port}/` })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'HTTP_FAILED' });
    expect(JSON.stringify([String(failure), failure])).not.toContain('SECRET');
  });
});

function endless(response: { write(text: string): boolean; destroyed: boolean }): void {
  const timer = setInterval(() => {
    if (response.destroyed) clearInterval(timer);
    else response.write('x'.repeat(1000));
  }, 2).unref();
}

function cutOff(response: import('node:http').ServerResponse): void {
  response.writeHead(200, { 'content-length': '500' }).write('x');
  setTimeout(() => response.destroy(), 20);
}
