import { randomBytes } from 'node:crypto';
import { createCredential } from '@agentmesh/download';
import { createResolver } from '@agentmesh/resolver-npm';
import { createAuthority, createBomb, startTlsFront, type TlsFront } from '@agentmesh/test-support';
import { checkResolver } from '@agentmesh/testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { drip, fakePackages, flood } from './support/fake-registry.js';
import { type OpenRegistry, startOpenRegistry, USER } from './support/npm-registry.js';
import { packageTarball } from './support/package-tarball.js';

const authority = createAuthority('npm.test');
const SHOUT = 'raw-text-of-the-upstream';

let registry: OpenRegistry;
let front: TlsFront;

beforeAll(async () => {
  registry = await startOpenRegistry();
  for (const name of ['demo', 'other-demo'])
    await registry.publish({ name, version: '1.0.0', files: { 'agent-plugin.yaml': name, 'index.js': `// ${name}` } });
  const many = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`${index}.txt`, 'x']));
  const intercept = fakePackages({
    large: { archive: await packageTarball({ 'large.bin': randomBytes(9 * 1024 * 1024) }) },
    many: { archive: await packageTarball(many) },
    bomb: { archive: await createBomb('package') },
    slow: { archive: drip },
    endless: { archive: flood },
    shouting: { document: (response) => void response.writeHead(500).end(SHOUT) },
    rubbish: { document: (response) => void response.end(SHOUT) },
    refused: { document: (response) => void response.writeHead(403).end(SHOUT) },
  });
  front = await startTlsFront(authority, { port: registry.port, intercept });
});
afterAll(async () => {
  await front?.close();
  await registry?.close();
});

const checks = checkResolver({
  createResolver: () =>
    createResolver({
      ...{ registry: `https://npm.test:${front.port}`, allowPrivateHosts: ['127.0.0.1'], ca: authority.ca },
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
      retry: { attempts: 2, backoffMs: 1 },
      credentials: { find: async () => createCredential(USER.password, USER.name) },
    }),
  known: { spec: 'demo', name: 'demo' },
  other: { spec: 'other-demo@1.0.0', name: 'other-demo' },
  missing: 'absent',
  hostile: ['demo@', '@acme', 'a/b', 'demo@file:../x', 'demo@npm:other', 'demo?x'],
  secret: [USER.password, SHOUT],
  failing: ['shouting', 'rubbish', 'endless@9', 'demo@9'],
  refused: 'refused',
  moving: ['demo', 'demo@^1', 'demo@latest'],
  large: 'large',
  many: 'many',
  bomb: 'bomb',
  slow: 'slow',
  contacts: () => front.requests.length,
  active: () => front.active(),
});

describe('the resolver contract', () => {
  it.each(checks)('$name', (check) => check.run());
});
