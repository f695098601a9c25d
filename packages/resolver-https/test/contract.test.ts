import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createCredential } from '@agentmesh/download';
import { createResolver } from '@agentmesh/resolver-https';
import { createAuthority, loopbackLookup as lookup, serve } from '@agentmesh/test-support';
import { checkResolver } from '@agentmesh/testkit';
import { describe, it } from 'vitest';
import { ratioBomb, tgz, zip } from './archives.js';

const SHOUT = 'upstream says hunter2';
const TOKEN = 'token-of-one-test';
const authority = createAuthority('one.test', 'two.test');
const noise = randomBytes(65_536);

function files(count: number, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${prefix}d${index % 9}/f${index}`, `content ${index}`]),
  );
}

const BODIES: Readonly<Record<string, Buffer>> = {
  '/demo-1.0.js.tgz': tgz(files(60, 'demo/')),
  '/second.zip': zip({ 'index.js': 'export {};\n', 'readme.md': 'Second\n' }),
  '/many.tar.gz': tgz(files(1_200)),
  '/bomb.tgz': ratioBomb(),
  '/broken.tgz': Buffer.from(SHOUT),
};

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { url = '' } = request;
  const body = BODIES[url];
  if (body !== undefined) response.end(body);
  else if (url === '/slow.tgz') drip(response);
  else if (url === '/large.tgz') flood(response);
  else if (url === '/refused.tgz') response.writeHead(401, { 'www-authenticate': SHOUT }).end(SHOUT);
  else if (url === '/boom.tgz') response.writeHead(500, SHOUT, { 'x-why': SHOUT }).end(SHOUT);
  else if (url === '/away.tgz') response.writeHead(302, { location: `file:///${SHOUT}` }).end(SHOUT);
  else if (url === '/metadata.tgz') response.writeHead(302, { location: 'http://169.254.169.254/' }).end(SHOUT);
  else if (url === '/garbage.tgz') response.socket?.end(`${SHOUT}\r\n\r\n`);
  else if (url === '/teapot.zip') response.writeHead(418).end(SHOUT);
  else response.writeHead(404).end(SHOUT);
}

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write('x'), 100);
  response.once('close', () => clearInterval(timer));
}

function flood(response: ServerResponse): void {
  const pour = (): void => {
    while (!response.destroyed && response.write(noise));
  };
  response.on('drain', pour);
  pour();
}

const server = await serve(answer, authority);
const { port } = server;

describe('the contract of a resolver, kept by the https one', () => {
  const one = `one.test:${port}`;
  const checks = checkResolver({
    createResolver: () =>
      createResolver({
        allowPrivateHosts: ['127.0.0.1'],
        ca: authority.ca,
        lookup,
        retry: { backoffMs: 1 },
        credentials: { find: async ({ host }) => (host === 'one.test' ? createCredential(TOKEN) : undefined) },
      }),
    known: { spec: `${one}/demo-1.0.js.tgz`, name: 'demo-1-0-js' },
    other: { spec: `${one}/second.zip`, name: 'second' },
    missing: `${one}/third.tgz`,
    hostile: [
      ...['one.test', 'one.test/', 'one.test/x', 'one.test/x.exe', 'one.test/x.tar', '/x.tgz', 'one.test:443'],
      ...['me:hunter2@one.test/x.tgz', 'me@one.test/x.tgz', 'one.test@evil.test/x.tgz', 'http://one.test/x.tgz'],
      ...[
        'one.test/x.tgz#main',
        'one.test/x.tgz#',
        `one.test/x.tgz#sha1=${'0'.repeat(40)}`,
        'one.test/x.tgz#sha256=00',
      ],
      ...[`one.test/x.tgz#sha256=${'0'.repeat(64)}#x`, `one.test/x.tgz#sha512=${'0'.repeat(64)}`],
      ...[
        'one.test/../x.tgz',
        'one.test/a/./x.tgz',
        'one.test/%2e%2E/x.tgz',
        'one.test/..%2fx.tgz',
        'one.test/%ff.tgz',
      ],
      ...[
        '127.1/x.tgz',
        '2130706433/x.tgz',
        '0x7f.0.0.1/x.tgz',
        '[::1/x.tgz',
        '[fe80::1%25eth0]/x.tgz',
        '256.1.1.1/x.tgz',
      ],
      ...[
        'one.test:99999/x.tgz',
        'one.test:/x.tgz',
        'one.test\\x.tgz',
        'one_test/x.tgz',
        '-one.test/x.tgz',
        'one..test-/x.tgz',
      ],
      ...[
        'ünï.test/x.tgz',
        'one.test/ü.tgz',
        'one.test/a b.tgz',
        'one.test/x.tgz?a b',
        'one.test/x.tgz\n',
        ' one.test/x.tgz',
      ],
      ...[
        'one.test/.tgz',
        'one.test/-x.tgz',
        'one.test/con.tgz',
        'one.test/%00.tgz',
        `one.test/${'a'.repeat(129)}.tgz`,
      ],
      ...['one.test/?x.tgz', 'one.test/x?y.tgz', 'one.test/%.tgz', `one.test/${'a/'.repeat(3_000)}x.tgz`],
    ],
    secret: [SHOUT, TOKEN, 'hunter2'],
    failing: ['/boom.tgz', '/away.tgz', '/metadata.tgz', '/garbage.tgz', '/teapot.zip', '/broken.tgz'].map(
      (path) => one + path,
    ),
    refused: `${one}/refused.tgz`,
    hidden: `two.test:${port}/refused.tgz`,
    moving: [`${one}/second.zip`, `${one}/second.zip?download=1`],
    large: `${one}/large.tgz`,
    many: `${one}/many.tar.gz`,
    bomb: `${one}/bomb.tgz`,
    slow: `${one}/slow.tgz`,
    contacts: () => server.requests.length,
    active: () => server.active(),
  });
  for (const check of checks) it(check.name, check.run);
});
