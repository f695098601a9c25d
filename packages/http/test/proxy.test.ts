import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { createGuardedClient } from '@agentmesh/http';
import { createAuthority } from '@agentmesh/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { echo, serve } from './servers.js';

const authority = createAuthority('good.test', 'other.test');
const asked: string[] = [];
let target = 0;

/** A proxy that tunnels every name to the one test server. */
const proxy = createServer().on('connect', (request, socket) => {
  asked.push(request.url ?? '');
  socket.on('error', () => undefined);
  const upstream = connect(target, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
  upstream.on('error', () => undefined);
  upstream.pipe(socket).pipe(upstream);
});

beforeAll(async () => {
  target = await serve(echo, authority);
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
afterAll(() => void proxy.close());

function client(lookup: () => Promise<{ address: string; family: number }[]>, allowPrivateHosts: string[] = []) {
  const { port } = proxy.address() as AddressInfo;
  return createGuardedClient({ proxy: `http://127.0.0.1:${port}`, ca: authority.ca, lookup, allowPrivateHosts });
}

describe('a proxy', () => {
  it('resolves the names that cannot be resolved here', async () => {
    const one = client(async () => Promise.reject(new Error('ENOTFOUND')));
    expect((await one.request({ url: 'https://good.test/' })).status).toBe(200);
    expect(asked).toEqual(['good.test:443']);
    await one.close();
  });

  it('is not asked for what can be seen to be private', async () => {
    asked.length = 0;
    const one = client(async () => [{ address: '10.0.0.1', family: 4 }]);
    for (const url of ['https://good.test/', 'https://127.0.0.1/', 'https://169.254.169.254/', 'http://8.8.8.8/']) {
      await expect(one.request({ url })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    }
    expect(asked).toEqual([]);
    await one.close();
  });

  it('is passed by for what the caller says, which is checked as ever', async () => {
    asked.length = 0;
    const { port } = proxy.address() as AddressInfo;
    const one = createGuardedClient({
      proxy: `http://127.0.0.1:${port}`,
      ca: authority.ca,
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
      bypassProxy: (url) => url.hostname === 'good.test',
    });
    await expect(one.request({ url: 'https://good.test/' })).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    expect(asked).toEqual([]);
    await one.close();
  });

  it('is passed by for what is listed', async () => {
    asked.length = 0;
    const one = client(async () => [{ address: '127.0.0.1', family: 4 }], ['good.test']);
    expect((await one.request({ url: `https://good.test:${target}/` })).status).toBe(200);
    expect(asked).toEqual([]);
    await one.close();
  });
});
