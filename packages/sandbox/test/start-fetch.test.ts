import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { PluginSandbox, type PluginSandboxOptions } from '@agentmesh/sandbox';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshFolder, installPlugin } from './box.js';

const OPTIONS = { allowPrivateHosts: ['127.0.0.1'] };
const sandboxes: PluginSandbox[] = [];
let server: Server;
let host: string;
let answer: RequestListener;

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  for (const sandbox of sandboxes) await sandbox.close();
});

interface Setting extends Partial<PluginSandboxOptions> {
  readonly net?: readonly string[];
  readonly command?: string;
  readonly files?: Readonly<Record<string, string>>;
}

async function start(source: string, { net = [host], command = 'node', files, ...options }: Setting = {}) {
  const pluginsDir = await freshFolder();
  const file = command === 'node' ? 'server.mjs' : 'server.py';
  const manifest = { permissions: { net: [...net] } };
  const plugin = await installPlugin(pluginsDir, { files: { [file]: source, ...files }, manifest });
  const sandbox = new PluginSandbox({ pluginsDir, ...OPTIONS, ...options });
  sandboxes.push(sandbox);
  return sandbox.start({ plugin, command, args: [file, host] });
}

/** What it prints until it ends by itself. */
async function outputOf(source: string, options: Setting = {}): Promise<string> {
  const process = await start(source, options);
  const [out, err] = await Promise.all([text(process.stdout), text(process.stderr)]);
  expect(await process.exited, out + err).toEqual({ reason: 'exit', code: 0 });
  return out + err;
}

const HOST = 'const host = process.argv[2];';
const TELL = '.then((r) => r.text()).then(console.log, (e) => console.log(e.name, e.code))';

describe.runIf(process.platform === 'linux')('fetch of a long-lived process', () => {
  it('reaches a granted host as the standard says, and the process ends by itself after it', async () => {
    answer = async (request, response) => {
      const sent = await text(request);
      const headers = { 'x-seen': `${request.headers['x-mine']}`, 'set-cookie': ['a=1', 'b=2'] };
      response.writeHead(201, headers).end(`${request.method} ${request.url} ${sent}`);
    };
    const source = `${HOST}
      const sent = new Request('http://' + host + '/a?b', { method: 'post', headers: { 'x-mine': 'yes' }, body: new Uint8Array([104, 105]) });
      const answer = await fetch(sent);
      const { status, ok, url, headers } = answer;
      console.log(JSON.stringify([status, ok, url === sent.url, headers.get('X-Seen'), headers.getSetCookie(), await answer.text()]));`;
    expect(JSON.parse(await outputOf(source))).toEqual([201, true, true, 'yes', ['a=1', 'b=2'], 'POST /a?b hi']);
  });

  it('has no body where the status allows none', async () => {
    answer = (_, response) => response.writeHead(204).end();
    expect(await outputOf(`${HOST} console.log((await fetch('http://' + host)).status)`)).toBe('204\n');
  });

  it('makes requests side by side, answers each of them, and lets others work meanwhile', async () => {
    const held: (() => void)[] = [];
    answer = (request, response) => {
      held.push(() => response.end(request.url));
      if (held.length === 4) for (const end of held.splice(0).reverse()) end();
    };
    const source = `${HOST} let turns = 0; const timer = setInterval(() => { turns += 1; }, 1);
      const urls = Array.from({ length: 12 }, (_, at) => '/' + at);
      const got = await Promise.all(urls.map(async (url) => (await (await fetch('http://' + host + url)).text()) === url));
      clearInterval(timer); console.log(got.every(Boolean), turns > 0);`;
    expect(await outputOf(source)).toBe('true true\n');
  });

  it.each([
    ['a host that was not granted', "fetch('http://other.test/')", 'TypeError FETCH_REFUSED', {}],
    ['another port of it', "fetch('http://127.0.0.1:1/')", 'TypeError FETCH_REFUSED', {}],
    [
      'an address of a private network',
      "fetch('http://' + host)",
      'TypeError ADDRESS_REFUSED',
      { allowPrivateHosts: [] },
    ],
    [
      'what it was not granted in the end',
      "fetch('http://' + host)",
      'TypeError FETCH_REFUSED',
      { grants: () => ({ net: ['b.test:443'] }), net: ['b.test:443'] },
    ],
    ['a file', "fetch('file:///etc/passwd')", 'TypeError FETCH_REFUSED', {}],
    ['no URL', "fetch('nowhere')", 'TypeError ERR_INVALID_URL', {}],
  ])('is refused for %s', async (_, call, code, options) => {
    answer = (_request, response) => response.end('REACHED');
    const source = `${HOST} await ${call}.then((r) => r.text()).then(console.log, (e) => console.log(e.name, e.code ?? e.cause?.code))`;
    expect(await outputOf(source, options)).toBe(`${code}\n`);
  });

  it('does not follow a redirect out of what was granted', async () => {
    answer = (_, response) => response.writeHead(302, { location: 'http://other.test/' }).end();
    expect(await outputOf(`${HOST} await fetch('http://' + host)${TELL}`)).toBe('TypeError FETCH_REFUSED\n');
  });

  it('is given up at the signal, and the process can go on', async () => {
    answer = (request, response) => (request.url === '/slow' ? undefined : response.end('soon'));
    const source = `${HOST}
      await fetch('http://' + host + '/slow', { signal: AbortSignal.timeout(20) })${TELL};
      await fetch('http://' + host, { signal: AbortSignal.abort() })${TELL};
      setTimeout(() => process.exit(), 10);`;
    expect(await outputOf(source)).toBe('TimeoutError 23\nAbortError 20\n');
  });

  it('can be asked for only so often', async () => {
    answer = (_, response) => response.end('yes');
    const source = `${HOST} for (let n = 0; n < 4; n += 1) await fetch('http://' + host)${TELL};`;
    expect(await outputOf(source, { limits: { fetches: 3 } })).toBe('yes\nyes\nyes\nTypeError FETCH_LIMIT\n');
  });

  it.each([
    ['a body', "{ method: 'post', body: 'x'.repeat(200_000) }", 'FETCH_TOO_LARGE'],
    ['headers', "{ headers: { 'x-long': 'x'.repeat(200_000) } }", 'HTTP_REQUEST_REFUSED'],
    ['many headers', "{ headers: Array.from({ length: 101 }, (_, at) => ['x-' + at, '1']) }", 'HTTP_REQUEST_REFUSED'],
  ])('refuses %s of more than may be, and the process goes on', async (_, options, code) => {
    answer = (_request, response) => response.end('yes');
    const url = "'http://' + host";
    const source = `${HOST} await fetch(${url}, ${options})${TELL}; await fetch(${url})${TELL};
      console.log(Object.keys(process.env).sort().join());`;
    const out = await outputOf(source, { limits: { fetchRequestBytes: 1000 } });
    expect(out).toBe(`TypeError ${code}\nyes\nPLUGIN_DATA,PLUGIN_ROOT\n`);
  });

  it('is as it was without a grant', async () => {
    answer = (_, response) => response.end('REACHED');
    const source = `${HOST} import fs from 'node:fs';
      await fetch('http://' + host).then(() => console.log('REACHED'), () => console.log('no'));
      try { console.log(fs.fstatSync(3).isSocket()); } catch (e) { console.log(e.code); }`;
    expect(await outputOf(source, { net: [] })).toMatch(/^no\n(?:EBADF|false)\n$/);
  });

  it('is not there for Python', async () => {
    const source = 'import os\ntry:\n  os.fstat(3); print("open")\nexcept OSError as e: print(e.errno)';
    expect(await outputOf(source, { command: 'python3' })).toBe('9\n');
  });

  it('leaves nothing under way when the process is stopped', async () => {
    let [asked, closed] = [0, 0];
    answer = (request) => {
      asked += 1;
      request.socket.once('close', () => {
        closed += 1;
      });
    };
    const process = await start(`${HOST} await fetch('http://' + host);`);
    await vi.waitFor(() => expect(asked).toBe(1), { timeout: 10_000 });
    await process.stop();
    expect(await process.exited).toEqual({ reason: 'stopped' });
    await vi.waitFor(() => expect(closed).toBe(1), { timeout: 10_000 });
  });
});

describe.runIf(process.platform === 'linux')('a hostile server with the network', () => {
  const frame = (kind: number, json: string): string =>
    `(() => { const b = Buffer.from('\\0\\0\\0\\0\\0' + ${JSON.stringify(json)}); b.writeUInt32BE(b.length - 5, 0); b[4] = ${kind}; return b; })()`;

  it.each([
    ['a frame of another kind', `fs.writeSync(3, ${frame(3, '{}')})`],
    ['a length that nobody would hold', 'fs.writeSync(3, Buffer.from([255, 255, 255, 255, 5]))'],
    ['no JSON', `fs.writeSync(3, ${frame(5, '{')})`],
    ['a request without a URL', `fs.writeSync(3, ${frame(5, '{"url":1}')})`],
  ])('that sends %s is ended', async (_, write) => {
    const process = await start(`import fs from 'node:fs'; ${write}; setInterval(() => {}, 1000);`);
    expect(await process.exited).toEqual({ reason: 'protocol' });
  });

  it('that asks without end and never reads waits, and the host keeps little of it', async () => {
    let asked = 0;
    answer = (_, response) => {
      asked += 1;
      response.end(Buffer.alloc(1 << 20, 1));
    };
    const request = frame(5, JSON.stringify({ url: `http://${host}/` }));
    const source = `import fs from 'node:fs'; const one = ${request};
      const all = Buffer.concat(Array.from({ length: 500 }, () => one));
      const still = new Int32Array(new SharedArrayBuffer(4));
      for (;;) try { fs.writeSync(3, all); } catch { Atomics.wait(still, 0, 0, 5); }`;
    const before = process.memoryUsage().rss;
    const flooding = await start(source, { limits: { fetches: 1_000_000 } });
    await vi.waitFor(() => expect(asked).toBeGreaterThanOrEqual(4), { timeout: 10_000 });
    await expect
      .poll(
        async () => {
          const seen = asked;
          await new Promise((resolve) => setTimeout(resolve, 200));
          return asked === seen;
        },
        { timeout: 20_000 },
      )
      .toBe(true);
    expect(asked).toBeLessThan(20);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    await flooding.stop();
  });

  it('that closes its channel goes on without', async () => {
    const source = `${HOST} import fs from 'node:fs'; fs.closeSync(3); await fetch('http://' + host)${TELL}; console.log('on');`;
    expect(await outputOf(source)).toMatch(/on\n$/);
  });
});
