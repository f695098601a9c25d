import { randomBytes } from 'node:crypto';
import { createCredential } from '@agentmesh/download';
import { createResolver } from '@agentmesh/resolver-git';
import { createAuthority, createRepositories, startGitServer } from '@agentmesh/test-support';
import { checkResolver } from '@agentmesh/testkit';
import { afterAll, describe, it } from 'vitest';
import { packet } from './support/hostile-pack.js';
import { processesWith } from './support/watch-processes.js';

const TOKEN = 'contract-token-SECRET';
const SHOUT = 'SHOUTED-BY-THE-SERVER';
const MIB = 1024 * 1024;
const authority = createAuthority('git.test', 'other.test', 'localhost');
const repositories = createRepositories();
const { make } = repositories;
const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`d${index % 9}/f${index}`, `${index}`]));
make('demo', many);
make('second', { 'index.js': 'export {};\n', 'readme.md': 'Second\n' });
make('large', { 'noise.bin': randomBytes(9 * MIB), 'index.js': 'x' });
make('many', Object.fromEntries(Array.from({ length: 1_100 }, (_, index) => [`d${index % 20}/f${index}`, `${index}`])));
make('bomb', { 'zeros.bin': Buffer.alloc(128 * MIB), 'index.js': 'x' });
const server = await startGitServer({
  root: repositories.root,
  authority,
  password: TOKEN,
  intercept: (request, response) => {
    const [, name = '', kind = ''] = /^\/(fails|slow)(-[a-z0-9]+)?/.exec(request.url ?? '') ?? [];
    if (name === 'slow') response.writeHead(200).write('0');
    if (name !== 'fails') return name === 'slow';
    if (kind === '-line') response.end(packet(`ERR ${SHOUT}`));
    else response.writeHead(Number(kind.slice(1)), SHOUT, { 'x-shout': SHOUT }).end(SHOUT);
    return true;
  },
});
const PORT = server.port;

afterAll(async () => {
  await server.close();
  repositories.remove();
});

describe('the contract of a resolver, kept by git over https', () => {
  const at = (path: string): string => `localhost:${PORT}/${path}`;
  const checks = checkResolver({
    createResolver: () =>
      createResolver({
        ca: authority.ca,
        allowPrivateHosts: ['127.0.0.1', 'localhost'],
        lookup: async () => [{ address: '127.0.0.1', family: 4 }],
        credentials: { find: async ({ host }) => (host === 'localhost' ? createCredential(TOKEN) : undefined) },
      }),
    known: { spec: at('private/demo.git'), name: 'demo' },
    other: { spec: at('second.git'), name: 'second' },
    missing: at('private/third.git'),
    hostile: [
      'localhost/a.git#-x',
      'localhost/a.git#a b',
      'localhost/../a.git',
      'user:pw@localhost/a.git',
      'ext::sh/a',
    ],
    secret: [TOKEN, Buffer.from(`x-access-token:${TOKEN}`).toString('base64'), SHOUT],
    failing: ['500', '403', '302', 'line'].map((kind) => at(`fails-${kind}/x.git`)),
    refused: at('fails-401/x.git'),
    hidden: `127.0.0.1:${PORT}/private/demo.git`,
    moving: ['', '#main', '#v1', '#1234567', '#HEAD'].map((ref) => at(`private/demo.git${ref}`)),
    large: at('large.git'),
    many: at('many.git'),
    bomb: at('bomb.git'),
    slow: at('slow.git'),
    contacts: () => server.seen.length,
    active: () => processesWith('/tmp/agentmesh-check-').length,
    cancellations: 10,
  });
  for (const check of checks) it(check.name, check.run);
});
