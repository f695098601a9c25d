import { createServer } from 'node:http';
import { connect } from 'node:net';
import { inspect } from 'node:util';
import { createDownloader, type ProxySettings, proxyFromEnvironment } from '@agentmesh/download';
import { createAuthority, listen, serve, type TestServer } from '@agentmesh/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const authority = createAuthority('one.test', 'two.test');
const tunnels: { readonly host: string; readonly authorization: string | undefined }[] = [];
let target: TestServer;
let port: number;

/** A proxy that tunnels every name to the one test server; it wants a password for `locked.test`. */
const proxy = createServer().on('connect', (request, socket) => {
  tunnels.push({ host: request.url ?? '', authorization: request.headers['proxy-authorization'] });
  socket.on('error', () => undefined);
  if (request.url === 'two.test:443' && request.headers['proxy-authorization'] === undefined) {
    socket.end('HTTP/1.1 407 hunter2 Authentication Required\r\n\r\n');
    return;
  }
  const upstream = connect(target.port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
  upstream.on('error', () => undefined);
  upstream.pipe(socket).pipe(upstream);
});

beforeAll(async () => {
  target = await serve((_request, response) => response.end('content'), authority);
  port = await listen(proxy);
});
afterAll(() => void proxy.close());

function get(url: string, settings: Partial<ProxySettings> = {}) {
  tunnels.length = 0;
  const downloader = createDownloader({
    ca: authority.ca,
    proxy: { url: `http://127.0.0.1:${port}`, ...settings },
    lookup: async () => Promise.reject(new Error('no names here')),
    retry: { backoffMs: 1 },
  });
  return downloader.download({ url, signal: new AbortController().signal, maxBytes: 1_000 });
}

describe('a proxy', () => {
  it('is gone through in a tunnel', async () => {
    expect(Buffer.from((await get('https://one.test/a.tgz')).bytes).toString()).toBe('content');
    expect(tunnels).toEqual([{ host: 'one.test:443', authorization: undefined }]);
  });

  it('gets the user name and password of its URL, which no error tells', async () => {
    await get('https://two.test/', { url: `http://me:hunter2@127.0.0.1:${port}` });
    expect(tunnels[0]?.authorization).toBe(`Basic ${Buffer.from('me:hunter2').toString('base64')}`);
    const error: unknown = await get('https://two.test/').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'FETCH_FAILED' });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2');
  });

  it('is not asked for metadata addresses and without TLS', async () => {
    for (const url of ['https://169.254.169.254/', 'https://10.0.0.1/', 'http://93.184.216.34/']) {
      await expect(get(url)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    }
    expect(tunnels).toEqual([]);
  });

  it.each([
    ['the host', 'one.test'],
    ['the host in capitals', 'ONE.TEST'],
    ['a domain above it', 'test'],
    ['a domain with a dot', '.test'],
    ['a domain with a star', '*.test'],
    ['everything', '*'],
    ['the host and port', 'one.test:443'],
  ])('is passed by for %s', async (_, entry) => {
    await expect(get('https://one.test/', { except: ['x', entry] })).rejects.toMatchObject({ code: 'FETCH_FAILED' });
    expect(tunnels).toEqual([]);
  });

  it.each(['ne.test', 'one.test:8443', 'two.test', 'a.one.test', ''])('is not passed by for %s', async (entry) => {
    await get('https://one.test/', { except: [entry] });
    expect(tunnels).toHaveLength(1);
  });

  it('is not passed by for another port of an IPv6 address', async () => {
    const url = 'https://[2606:2800::1]:8443/';
    // The certificate is for other names, which shows that the tunnel led to it.
    await expect(get(url, { except: ['[2606:2800::1]:443'] })).rejects.toThrow('No safe connection');
    expect(tunnels).toHaveLength(1);
  });

  it.each(['socks5://127.0.0.1', 'hunter2', ''])('has to be one of HTTP, not "%s"', (url) => {
    const create = (): unknown => createDownloader({ proxy: { url } });
    expect(create).toThrow(expect.objectContaining({ code: 'PROXY_INVALID' }));
    expect(create).not.toThrow(/hunter2/);
  });
});

describe('the proxy of an environment', () => {
  it.each<[string, Record<string, string | undefined>, ProxySettings | undefined]>([
    ['none', {}, undefined],
    ['none for TLS', { HTTP_PROXY: 'http://p' }, undefined],
    ['HTTPS_PROXY', { HTTPS_PROXY: 'http://p:1', ALL_PROXY: 'http://q' }, { url: 'http://p:1', except: [] }],
    ['https_proxy first', { HTTPS_PROXY: 'http://p', https_proxy: 'http://q' }, { url: 'http://q', except: [] }],
    ['ALL_PROXY', { ALL_PROXY: 'p:8080', NO_PROXY: 'a, b' }, { url: 'http://p:8080', except: ['a', 'b'] }],
    ['no_proxy', { HTTPS_PROXY: 'http://p', no_proxy: ' .x.test,, *' }, { url: 'http://p', except: ['.x.test', '*'] }],
    ['an empty one', { HTTPS_PROXY: '' }, undefined],
  ])('is %s', (_, env, expected) => {
    expect(proxyFromEnvironment(env)).toEqual(expected);
  });
});
