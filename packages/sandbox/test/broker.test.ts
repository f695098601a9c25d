import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { isAllowed } from '../src/broker/allow-list.js';
import { type BrokerHttp, createBroker } from '../src/broker/create-broker.js';
import { openHttp } from '../src/broker/open-http.js';
import type { FetchedMessage, FetchMessage } from '../src/protocol/messages.js';
import { resolveLimits, type SandboxLimits } from '../src/sandbox-limits.js';

const servers: Server[] = [];
const http: BrokerHttp = await openHttp({ allowPrivateHosts: ['127.0.0.1'] });

afterAll(async () => {
  for (const server of servers) server.close();
  await http.client.close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).unref();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** One request of a plugin that was granted `net`. */
function ask(
  request: Partial<FetchMessage> & { url: string },
  net: readonly string[],
  limits: Partial<SandboxLimits> = {},
): Promise<FetchedMessage> {
  const broker = createBroker({ net, limits: resolveLimits(limits), http });
  return broker({ method: 'GET', headers: [], ...request }, new AbortController().signal);
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a request of a plugin', () => {
  it('is made for it, and the answer is told', async () => {
    let seen: unknown;
    const host = await serve(async (request, response) => {
      seen = { method: request.method, url: request.url, headers: request.headers, body: await readAll(request) };
      response.writeHead(201, { 'x-answer': 'yes', 'content-type': 'text/plain' }).end('žluť');
    });
    const headers = [
      ['Content-Type', 'text/x'],
      ['Authorization', 'Bearer t'],
      ...[
        'Host',
        'Connection',
        'Proxy-Authorization',
        'Transfer-Encoding',
        'Content-Length',
        'Sec-Fetch-Mode',
        'Accept-Encoding',
        'Upgrade',
      ].map((name) => [name, 'smuggled']),
    ] as [string, string][];
    const answer = await ask({ url: `http://${host}/a?b`, method: 'post', headers, body: base64('hello') }, [host]);
    expect(seen).toMatchObject({
      method: 'POST',
      url: '/a?b',
      body: 'hello',
      headers: { host, authorization: 'Bearer t', 'content-type': 'text/x' },
    });
    expect(JSON.stringify(seen)).not.toContain('smuggled');
    expect(answer).toMatchObject({ status: 201, body: base64('žluť') });
    if ('error' in answer) throw new Error(answer.error.code);
    const names = answer.headers.map(([name]) => name);
    expect(names).toContain('x-answer');
    for (const name of ['connection', 'transfer-encoding', 'content-length']) expect(names).not.toContain(name);
  });

  it('goes only to hosts that were granted, port for port', async () => {
    const host = await serve((_, response) => response.end('no'));
    const other = await serve((_, response) => response.end('yes'));
    expect(await ask({ url: `http://${host}/` }, [other])).toMatchObject({ error: { code: 'FETCH_REFUSED' } });
    expect(await ask({ url: `http://${other}/` }, [other])).toMatchObject({ status: 200 });
  });

  it('is not redirected to another host', async () => {
    const secret = await serve((_, response) => response.end('secret'));
    const host = await serve((request, response) => {
      if (request.url === '/in') response.writeHead(302, { location: '/there' }).end();
      else if (request.url === '/out') response.writeHead(307, { location: `http://${secret}/` }).end();
      else if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end();
      else response.end('there');
    });
    expect(await ask({ url: `http://${host}/in` }, [host])).toMatchObject({ body: base64('there') });
    expect(await ask({ url: `http://${host}/out` }, [host])).toMatchObject({ error: { code: 'FETCH_REFUSED' } });
    expect(await ask({ url: `http://${host}/loop` }, [host])).toMatchObject({
      error: { code: 'HTTP_REDIRECT_REFUSED' },
    });
  });

  it.each<[string, Partial<FetchMessage> & { url: string }, string]>([
    ['to what is no URL', { url: '//x' }, 'HTTP_REQUEST_REFUSED'],
    ['to a file', { url: 'file:///etc/passwd' }, 'FETCH_REFUSED'],
    ['with a password', { url: 'https://u:p@a.test/' }, 'HTTP_REQUEST_REFUSED'],
    ['by CONNECT', { url: 'https://a.test/', method: 'CONNECT' }, 'HTTP_REQUEST_REFUSED'],
    ['by a method of its own', { url: 'https://a.test/', method: 'GET\r\nHost: b' }, 'HTTP_REQUEST_REFUSED'],
    [
      'with a line break in a header',
      { url: 'https://a.test/', headers: [['x', 'a\r\nb: c']] },
      'HTTP_REQUEST_REFUSED',
    ],
    [
      'that is to be read and has a body',
      { url: 'https://a.test/', method: 'get', body: base64('x') },
      'HTTP_REQUEST_REFUSED',
    ],
    ['with a body that is no base64', { url: 'https://a.test/', method: 'POST', body: '%%%' }, 'HTTP_REQUEST_REFUSED'],
    [
      'with a body that is too large',
      { url: 'https://a.test/', method: 'POST', body: base64('x'.repeat(101)) },
      'FETCH_TOO_LARGE',
    ],
    ['to this machine, though granted', { url: 'https://10.0.0.1/' }, 'ADDRESS_REFUSED'],
    ['to cloud metadata, though granted', { url: 'https://169.254.169.254/' }, 'ADDRESS_REFUSED'],
    ['without TLS', { url: 'http://8.8.8.8/' }, 'ADDRESS_REFUSED'],
  ])('%s is refused', async (_, request, code) => {
    const net = ['a.test:443', '10.0.0.1:443', '169.254.169.254:443', '8.8.8.8:80'];
    const answer = await ask(request, net, { fetchRequestBytes: 100 });
    expect(answer).toMatchObject({ error: { code } });
    expect(JSON.stringify(answer)).not.toMatch(/10\.0|169\.254/);
  });

  it('has an answer as large as allowed, and no larger', async () => {
    const host = await serve((request, response) => response.end('x'.repeat(Number(request.url?.slice(1)))));
    const limits = { fetchResponseBytes: 1000 };
    expect(await ask({ url: `http://${host}/1000` }, [host], limits)).toMatchObject({ status: 200 });
    expect(await ask({ url: `http://${host}/1001` }, [host], limits)).toMatchObject({
      error: { code: 'HTTP_TOO_LARGE' },
    });
  });

  it('is one of so many in a call', async () => {
    const host = await serve((_, response) => response.end());
    const broker = createBroker({ net: [host], limits: resolveLimits({ fetches: 2 }), http });
    const request = { url: `http://${host}/`, method: 'GET', headers: [] };
    const codes: unknown[] = [];
    for (let n = 0; n < 4; n += 1) {
      const answer = await broker(request, new AbortController().signal);
      codes.push('error' in answer ? answer.error.code : answer.status);
    }
    expect(codes).toEqual([200, 200, 'FETCH_LIMIT', 'FETCH_LIMIT']);
  });

  it('ends with the call, and tells nothing of what a server said', async () => {
    const host = await serve(() => undefined);
    const broker = createBroker({ net: [host], limits: resolveLimits(), http });
    const request = { url: `http://${host}/`, method: 'GET', headers: [] };
    expect(await broker(request, AbortSignal.timeout(50))).toEqual({
      error: { code: 'HTTP_FAILED', message: 'the request failed' },
    });
  });
});

describe('a grant', () => {
  it.each<[string, string, boolean]>([
    ['a.test:443', 'https://a.test/', true],
    ['a.test:443', 'https://A.test./x', true],
    ['a.test:443', 'https://a.test:443/', true],
    ['a.test:443', 'http://a.test/', false],
    ['a.test:443', 'https://a.test:8443/', false],
    ['a.test:8443', 'https://a.test:8443/', true],
    ['a.test:80', 'http://a.test/', true],
    ['a.test:443', 'https://b.a.test/', false],
    ['a.test:443', 'https://a.test.evil/', false],
    ['a.test:443', 'https://a.test@evil.test/', false],
    ['a.test:443', 'https://evil.test/?a.test:443', false],
    ['[::1]:443', 'https://[0:0::1]/', true],
    ['127.0.0.1:443', 'https://0x7f.1/', true],
    ['münchen.test:443', 'https://xn--mnchen-3ya.test/', true],
  ])('of %s lets %s through: %s', (grant, url, allowed) => {
    expect(isAllowed(new URL(url), [grant])).toBe(allowed);
  });
});
