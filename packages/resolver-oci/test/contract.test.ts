import { randomBytes } from 'node:crypto';
import { createCredential } from '@agentmesh/download';
import { createPluginManifest, describeBytes, formatManifest, MANIFEST_TYPE, PLUGIN_LAYER_TYPE } from '@agentmesh/oci';
import { createResolver } from '@agentmesh/resolver-oci';
import {
  createAuthority,
  createBomb,
  type DockerRegistry,
  type Intercept,
  startDockerRegistry,
  startTlsFront,
  type TlsFront,
} from '@agentmesh/test-support';
import { checkResolver } from '@agentmesh/testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { pushArchive, pushFolder } from './support/push-folder.js';

const authority = createAuthority('registry.test');
const SHOUT = 'raw-text-of-the-upstream';
const PASSWORD = 's3cret-of-the-test';
const FILES = { 'agent-plugin.yaml': 'name: demo\n', 'index.js': '1' };

let registry: DockerRegistry;
let front: TlsFront;
let base: string;

beforeAll(async () => {
  registry = await startDockerRegistry();
  front = await startTlsFront(authority, { port: registry.port, intercept });
  base = `registry.test:${front.port}/acme`;
  const push = (path: string, files: Readonly<Record<string, string | Uint8Array>>) =>
    pushFolder(`${registry.host}/acme/${path}`, files);
  await push('demo:latest', FILES);
  await push('other:1.0', { ...FILES, 'other.js': '2' });
  await push('large:latest', { 'large.bin': randomBytes(9 * 1024 * 1024) });
  await pushArchive(`${registry.host}/acme/bomb:latest`, await createBomb('bomb'));
  await push('many:latest', Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`${index}.txt`, 'x'])));
});
afterAll(async () => {
  await front?.close();
  await registry?.close();
});

/** Repositories that no registry would let one push. */
const intercept: Intercept = ({ url = '' }, response) => {
  const [, repository = '', kind] = /^\/v2\/acme\/([a-z]+)\/(manifests|blobs)\//.exec(url) ?? [];
  const layer = { ...describeBytes(Buffer.from('x'), PLUGIN_LAYER_TYPE), size: 1_000 };
  const manifest = createPluginManifest(layer, { name: 'x', version: '1', contentDigest: 'h1:x' });
  if (repository === 'shouting') response.writeHead(500).end(SHOUT);
  else if (repository === 'rubbish') response.writeHead(200, { 'content-type': MANIFEST_TYPE }).end(SHOUT);
  else if (repository === 'refused') response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(SHOUT);
  else if (repository !== 'slow') return false;
  else if (kind === 'manifests')
    response.writeHead(200, { 'content-type': MANIFEST_TYPE }).end(formatManifest(manifest));
  else {
    response.writeHead(200).flushHeaders();
    const timer = setInterval(() => response.write('x'), 100);
    response.on('close', () => clearInterval(timer));
    if (response.req.method === 'HEAD') response.end();
  }
  return true;
};

const known = { spec: '', name: 'demo' };
const other = { spec: '', name: 'other' };
const contract = {
  createResolver: () =>
    createResolver({
      ...{ allowPrivateHosts: ['127.0.0.1'], ca: authority.ca, retry: { attempts: 2, backoffMs: 1 } },
      lookup: async () => [{ address: '127.0.0.1', family: 4 }],
      credentials: { find: async () => createCredential(PASSWORD, 'tester') },
    }),
  known,
  other,
  missing: '',
  hostile: ['registry.test', 'registry.test/', 'acme/demo', 'registry.test/Demo', 'registry.test/a@sha256:00'],
  secret: [PASSWORD, SHOUT],
  failing: [''],
  refused: '',
  moving: [''],
  large: '',
  many: '',
  bomb: '',
  slow: '',
  contacts: () => front.requests.length,
  active: () => front.active(),
};

describe('the resolver contract', () => {
  // The port is not known before; the checks read these when they run, but the slots decide which checks there are.
  const names = checkResolver(contract).map(({ name }) => name);
  it.each(names)('%s', async (name) => {
    const at = (path: string): string => `${base}/${path}`;
    const checks = checkResolver({
      ...contract,
      known: { ...known, spec: at('demo') },
      other: { ...other, spec: at('other:1.0') },
      missing: at('absent'),
      failing: [at('shouting'), at('rubbish'), at('demo:absent')],
      refused: at('refused'),
      moving: [at('demo'), at('demo:latest')],
      large: at('large'),
      many: at('many'),
      bomb: at('bomb'),
      slow: at('slow'),
    });
    await checks.find((check) => check.name === name)?.run();
  });
});
