import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packTree } from '@agentmesh/artifact';
import { createFolderCache } from '@agentmesh/download';
import { parseSource, SourceRegistry } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-https';
import { createAuthority, serve } from '@agentmesh/test-servers';
import { extract } from 'pacote';
import { afterAll, test } from 'vitest';

const FILES = 100;
const FILE_BYTES = 10_486;
const ROUNDS = 25;
const WARM_UP = 5;

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

test('an archive of 1 MB and 100 files over TLS, for the first time', { timeout: 120_000 }, async () => {
  const plain = new SourceRegistry().register(resolver);
  const works = {
    https: () => plain.fetch(parseSource(url), next()),
    'https, a cache filled, a connection of its own': () => freshCache().fetch(parseSource(url), next()),
    'reference: pacote.extract of the same URL': () => extract(url, next(), { cache: next(), ca: authority.ca }),
  };
  const taken = new Map(Object.keys(works).map((name): [string, number[]] => [name, []]));
  // In turn: neither the disk nor the processor gives the same all the time.
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    for (const [name, work] of Object.entries(works)) {
      const started = performance.now();
      await work();
      if (round >= WARM_UP) taken.get(name)?.push(performance.now() - started);
    }
  }
  const medians = [...taken].map(([name, times]): [string, number] => [name, median(times)]);
  const reference = medians.at(-1)?.[1] ?? Number.NaN;
  for (const [name, time] of medians) {
    process.stdout.write(
      `${name.padEnd(48)} p50 ${time.toFixed(1)} ms, ${(time / reference).toFixed(2)} × (at most 1.0)\n`,
    );
  }
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
