import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createCredential } from '@agentmesh/download';
import { createResolver } from '@agentmesh/resolver-clawhub';
import { checkResolver } from '@agentmesh/testkit';
import { zipSync } from 'fflate';
import { afterAll, describe, it } from 'vitest';
import { startClawhub } from './clawhub-server.js';
import { createCertificate } from './create-certificate.js';

const SHOUT = 'upstream says hunter2';
const TOKEN = 'token-of-one-test';
const tls = createCertificate();
const noise = randomBytes(65_536);

function files(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`d${index % 9}/f${index}`, `content ${index}`]),
  );
}

const one = (content: Record<string, string>) => ({ owner: 'alice', versions: { '1.0.0': content } });
const SKILLS = {
  'weather.now': { ...one(files(60)), tags: { beta: '1.0.0' } },
  second: one({ 'SKILL.md': '# Second\n', 'index.js': 'export {};\n' }),
  many: one(files(1_200)),
  ...Object.fromEntries(
    ['large', 'slow', 'bomb', 'boom', 'garbage', 'broken', 'away', 'odd'].map((slug) => [slug, one(files(2))]),
  ),
};

function intercept(request: IncomingMessage, response: ServerResponse): boolean {
  const { url = '', headers } = request;
  const isDownload = url.startsWith('/api/v1/download');
  if (url.includes('private')) response.writeHead(headers.authorization === undefined ? 404 : 401, SHOUT).end(SHOUT);
  else if (url.endsWith('/skills/odd')) response.end(`{"skill":"${SHOUT}`);
  else if (!isDownload) return false;
  else if (url.includes('slug=slow')) drip(response);
  else if (url.includes('slug=large')) flood(response);
  else if (url.includes('slug=bomb')) response.end(zipSync({ zeros: new Uint8Array(64 * 1_048_576) }));
  else if (url.includes('slug=boom')) response.writeHead(500, SHOUT, { 'x-why': SHOUT }).end(SHOUT);
  else if (url.includes('slug=garbage')) response.socket?.end(`${SHOUT}\r\n\r\n`);
  else if (url.includes('slug=broken')) response.end(SHOUT);
  else if (url.includes('slug=away')) response.writeHead(302, { location: 'http://169.254.169.254/' }).end(SHOUT);
  else return false;
  return true;
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

const server = await startClawhub(SKILLS, { intercept, tls });
afterAll(() => server.close());

function resolverFor(host: string): ReturnType<typeof createResolver> {
  return createResolver({
    baseUrl: `https://${host}:${server.port}`,
    allowPrivateHosts: ['127.0.0.1'],
    ca: tls.cert,
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
    retry: { backoffMs: 1 },
    credentials: { find: async (origin) => (origin.host === 'one.test' ? createCredential(TOKEN) : undefined) },
  });
}

const HOSTILE = [
  ...['Weather', 'alice/Weather', 'alice/', '/weather', 'alice/weather/more', 'weather@', 'weather@@1.0.0'],
  ...['weather#main', 'weather?x=1', 'weather@1.0.0/../../x', 'weather@../1', 'we ather', 'alice//weather', 'con'],
  ...['@alice/weather', 'weather@1.0.0 ', 'weather..x', 'a/b@c/d', `a@${'1'.repeat(200)}`, `${'o'.repeat(80)}/weather`],
];

describe('the contract of a resolver, kept by the one of ClawHub', () => {
  const checks = checkResolver({
    createResolver: () => resolverFor('one.test'),
    known: { spec: 'weather.now', name: 'weather-now' },
    other: { spec: 'alice/second@1.0.0', name: 'second' },
    missing: 'third',
    hostile: HOSTILE,
    secret: [SHOUT, TOKEN, 'hunter2'],
    failing: ['boom', 'garbage', 'broken', 'away', 'odd'],
    refused: 'private',
    moving: ['second', 'alice/second', 'second@latest', 'weather.now@beta'],
    large: 'large@1.0.0',
    many: 'many',
    bomb: 'bomb',
    slow: 'slow',
    contacts: () => server.requests.length,
    active: () => server.active(),
  });
  for (const check of checks) it(check.name, check.run);
});

describe('without a credential', () => {
  const checks = checkResolver({
    createResolver: () => resolverFor('two.test'),
    known: { spec: 'weather.now', name: 'weather-now' },
    other: { spec: 'second', name: 'second' },
    missing: 'third',
    hidden: 'private',
    cancellations: 1,
  });
  const hidden = checks.filter(({ name }) => name.includes('private') || name.includes('credential'));
  for (const check of hidden) it(check.name, check.run);
});
