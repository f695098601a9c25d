import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packTree } from '@agentmesh/artifact';
import { createFolderCache } from '@agentmesh/download';
import { parseSource, SourceRegistry } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-https';
import { createAuthority, race, serve } from '@agentmesh/test-support';
import { extract } from 'pacote';
import { afterAll, test } from 'vitest';

const FILES = 100;
const FILE_BYTES = 10_486;

const folder = await mkdtemp(join(tmpdir(), 'https-bench-'));
const authority = createAuthority('one.test', 'two.test');
await mkdir(join(folder, 'source', 'package'), { recursive: true });
for (let index = 0; index < FILES; index += 1) {
  await writeFile(join(folder, 'source', 'package', `f${index}.bin`), randomBytes(FILE_BYTES));
}
const { bytes } = await packTree(join(folder, 'source'));
const server = await serve((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length }).end(bytes);
}, authority);

const url = `https://127.0.0.1:${server.port}/plugin-1.0.0.tgz`;
let made = 0;
const next = (): string => {
  made += 1;
  return join(folder, `made-${made}`);
};
const reach = { allowPrivateHosts: ['127.0.0.1'], ca: authority.ca };
const resolver = createResolver(reach);
const cache = createFolderCache({ folder: join(folder, 'cache') });
const pinning = new SourceRegistry().register(createResolver({ ...reach, cache }));
const { resolved } = await pinning.fetch(parseSource(url), next());

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A cache that is empty each time costs both what a first fetch costs. */
function freshCache(): SourceRegistry {
  return new SourceRegistry().register(createResolver({ ...reach, cache: createFolderCache({ folder: next() }) }));
}

test('an archive of 1 MB and 100 files over TLS, for the first time: at most the reference', {
  timeout: 120_000,
}, async () => {
  const plain = new SourceRegistry().register(resolver);
  await race(
    {
      https: () => plain.fetch(parseSource(url), next()),
      'https, a cache filled, a connection of its own': () => freshCache().fetch(parseSource(url), next()),
      'reference: pacote.extract of the same URL': () => extract(url, next(), { cache: next(), ca: authority.ca }),
    },
    { rounds: 25, warmUp: 5 },
  );
});

test('the same archive, pinned, from the cache (at most 40 ms)', async ({ bench }) => {
  await server.stop();
  await bench('https, pinned', async () => void (await pinning.fetch(parseSource(resolved), next()))).run({
    iterations: 20,
    time: 0,
    warmupIterations: 3,
    warmupTime: 0,
  });
}, 120_000);
