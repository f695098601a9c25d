import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { adminToken, publish } from '../support/load.js';
import { quickRelease } from '../support/quick-release.js';
import { type ServerProcess, startServerProcess } from '../support/server-process.js';
import { rawRequest } from './raw-request.js';
import { peakMemory } from './watch-process.js';

const MIB = 1_048_576;
const MOST_MEMORY = 300 * MIB;

interface Victim extends ServerProcess {
  readonly token: string;
}

/** A server of its own in its own process, which has to be well when the test ends. */
async function start(...args: readonly string[]): Promise<Victim> {
  const dataDir = await mkdtemp(join(tmpdir(), 'agentmesh-abuse-'));
  const server = await startServerProcess('--data-dir', dataDir, ...args);
  onTestFinished(async () => {
    server.kill('SIGKILL');
    await server.ended;
    await rm(dataDir, { recursive: true, force: true });
  });
  return { ...server, token: await adminToken(dataDir) };
}

/** It answers soon, has failed nowhere, and has stayed small. */
async function expectWell({ url, pid, output }: Victim): Promise<void> {
  const started = performance.now();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(output()).not.toContain('"code":"INTERNAL"');
  expect(peakMemory(pid)).toBeLessThan(MOST_MEMORY);
}

describe('connections', () => {
  const flood = async (
    { url }: Victim,
    count: number,
    from: string,
  ): Promise<() => { open: number; closed: number }> => {
    const script = join(import.meta.dirname, 'idle-connections-child.mjs');
    const child = fork(script, [new URL(url).port, String(count), from], { execArgv: [] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let seen = { open: 0, closed: 0 };
    child.on('message', (message: typeof seen) => {
      seen = message;
    });
    await once(child, 'message');
    return () => seen;
  };

  it('10,000 idle ones from one address take nothing from another', async () => {
    const server = await start('--headers-timeout', '5s');
    const seen = await flood(server, 10_000, '127.0.0.2');
    for (let asked = 0; asked < 20; asked++) await expectWell(server);
    while (seen().closed < 10_000) await sleep(100);
    await expectWell(server);
  }, 180_000);

  it('10,000 idle ones are held where the operator allows them, in little memory', async () => {
    const server = await start(
      '--connections',
      '12000',
      '--connections-per-address',
      '12000',
      '--headers-timeout',
      '1m',
    );
    const seen = await flood(server, 10_000, '127.0.0.2');
    while (seen().open < 10_000) await sleep(100);
    await expectWell(server);
    expect(seen().closed).toBe(0);
  }, 180_000);
});

describe('bodies', () => {
  const send = (server: Victim, path: string, headers: Record<string, string>, bytes: number) =>
    new Promise<number | string>((resolve) => {
      const sending = request(`${server.url}${path}`, {
        method: path.startsWith('/v1/tokens') ? 'POST' : 'PUT',
        headers,
      });
      sending.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
        sending.destroy();
      });
      sending.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
      const chunk = Buffer.alloc(MIB, 31);
      let sent = 0;
      const more = (): void => {
        while (sent < bytes && !sending.destroyed) {
          sent += chunk.length;
          if (!sending.write(chunk)) return void sending.once('drain', more);
        }
        if (sent >= bytes) sending.end();
      };
      more();
    });

  it.each([
    ['an archive', '/v1/plugins/huge/1.0.0', 'application/gzip'],
    ['a document', '/v1/tokens', 'application/json'],
  ])('of 1 GB for %s is refused long before its end, in little memory', async (_, path, type) => {
    const server = await start();
    const headers = { authorization: `Bearer ${server.token}`, 'content-type': type };
    expect(await send(server, path, headers, 1_073_741_824)).toBe(413);
    expect(await send(server, path, { ...headers, 'content-length': '1073741824' }, MIB)).toBe(413);
    await expectWell(server);
  });

  it('whose length is wrong in any way are refused, and the next request is not theirs', async () => {
    const server = await start();
    const head = `PUT /v1/plugins/x/1.0.0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/gzip\r\n`;
    const smuggled = 'GET /v1/tokens HTTP/1.1\r\nHost: x\r\n\r\n';
    for (const lengths of [
      'Content-Length: 5\r\nContent-Length: 6\r\n',
      'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
      'Content-Length: -1\r\n',
      'Content-Length: 1e3\r\n',
      'Content-Length: 0x10\r\n',
      'Content-Length: 99999999999999999999\r\n',
      'Transfer-Encoding: chunked, identity\r\n',
      'Transfer-Encoding: \u000bchunked\r\n',
    ]) {
      const answer = await rawRequest(server.url, `${head}${lengths}\r\n0\r\n\r\n${smuggled}`);
      expect(answer, lengths).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer.match(/HTTP\/1\.1 /g), lengths).toHaveLength(1);
    }
    const chunks = `${head}Transfer-Encoding: chunked\r\n\r\n`;
    for (const body of [
      'zz\r\nabc\r\n',
      'ffffffffffffffffff\r\n',
      '5;x=\u0000\r\nabcde\r\n0\r\n\r\n',
      '3\r\nabcdef\r\n0\r\n\r\n',
    ]) {
      expect(await rawRequest(server.url, chunks + body), body).toMatch(/^(?:HTTP\/1\.1 4\d\d |$)/);
    }
    await expectWell(server);
  });
});

describe('paths and headers', () => {
  const TRICKS = [
    '..',
    '../..',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '..%5c..%5cwindows',
    '%252e%252e%252f',
    '%00',
    'x%00.js',
    'x%0d%0aSet-Cookie:%20a=b',
    '%ff%fe',
    '%',
    '%zz',
    'a'.repeat(5_000),
    '__proto__',
    'constructor',
    '%E2%80%AE',
    '..;',
    '.',
    '~root',
    '-rf',
    '%F0%9F%98%80',
    "'%20OR%201=1--",
    '%25s%25n',
    '{{7*7}}',
    '$(id)',
    '`id`',
    'con',
    'nul.txt',
  ];
  const PLACES = [
    (trick: string) => `GET /v1/plugins/${trick}`,
    (trick: string) => `GET /v1/plugins/good/${trick}`,
    (trick: string) => `GET /v1/plugins/good/${trick}/artifact`,
    (trick: string) => `GET /v1/plugins/${trick}/1.0.0/artifact`,
    (trick: string) => `GET /v1/plugins?q=${trick}&cursor=${trick}&type=${trick}`,
    (trick: string) => `GET /v1/audit?actor=${trick}&cursor=${trick}`,
    (trick: string) => `DELETE /v1/tokens/${trick}`,
    (trick: string) => `GET /p/${trick}`,
    (trick: string) => `GET /w/${trick}`,
    (trick: string) => `GET /web/${trick}`,
    (trick: string) => `GET /workspaces/${trick}/plugins`,
    (trick: string) => `GET /workspaces/one/plugins/${trick}/download`,
    (trick: string) => `GET /workspaces/one/plugins/good/download?source=${trick}`,
    (trick: string) => `DELETE /workspaces/${trick}/plugins/${trick}`,
    (trick: string) => `PUT /workspaces/one/credentials/${trick}`,
    (trick: string) => `GET /plugins?runtime=${trick}`,
    (trick: string) => `GET /${trick}`,
  ];

  it('that try to be something else are answered, and lead nowhere', async () => {
    const server = await start();
    const good = quickRelease('good', '1.0.0');
    expect((await publish(good, server)).status).toBe(201);
    for (const place of PLACES) {
      for (const trick of TRICKS) {
        const bytes = `${place(trick)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.token}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
        const answer = await rawRequest(server.url, bytes);
        expect(answer, bytes).toMatch(/^HTTP\/1\.1 [234]\d\d /);
        expect(answer, bytes).not.toMatch(/root:|^set-cookie/im);
        expect(answer, bytes).not.toContain(process.cwd());
      }
    }
    await expectWell(server);
  }, 180_000);

  const ODDITIES = [
    'GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 127.0.0.1\r\n, evil\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nX-A: b\u0000c\r\n\r\n',
    'GET / HTTP/1.1\nHost: x\nX-A:\n b\n\n',
    `GET / HTTP/1.1\r\nHost: x\r\n${Array.from({ length: 5_000 }, (_, at) => `X-${at}: y\r\n`).join('')}\r\n`,
    `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(200_000)}\r\n\r\n`,
    `GET /${'a'.repeat(200_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    'GET / HTTP/9.9\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET http://169.254.169.254/latest HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: "><script>alert(1)</script>\r\nConnection: close\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001',
    '\u0000'.repeat(100_000),
  ];

  it('that are no HTTP, or too much of it, are refused or harmless', async () => {
    const server = await start('--headers-timeout', '2s');
    for (const bytes of ODDITIES) {
      const answer = await rawRequest(server.url, bytes);
      const what = JSON.stringify(bytes.slice(0, 60));
      expect(answer, what).toMatch(/^(?:HTTP\/1\.1 [2345]\d\d |$)/);
      expect(answer, what).not.toMatch(/^HTTP\/1\.1 5(?!05)/);
      expect(answer, what).not.toMatch(/<script>alert/);
    }
    await expectWell(server);
  });
});
