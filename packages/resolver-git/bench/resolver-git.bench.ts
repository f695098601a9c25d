import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFolderCache } from '@agentmesh/download';
import { DEFAULT_FETCH_LIMITS } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-git';
import { afterAll, test } from 'vitest';
import { startGitServer } from '../test/support/git-server.js';
import { createRepositories } from '../test/support/repositories.js';

const run = promisify(execFile);

const repositories = createRepositories();
const small = repositories.make('small', sources(10));
const large = repositories.make('large', sources(2_000));
// As servers keep them.
for (const name of ['small', 'large']) repositories.git(name, 'repack', '-a', '-d', '-f', '--quiet');
const server = await startGitServer({ root: repositories.root });
const folder = mkdtempSync(join(tmpdir(), 'resolver-git-bench-'));
const shared = { allowPrivateHosts: ['127.0.0.1'], plainHosts: [`127.0.0.1:${server.port}`] };
const plain = createResolver(shared);
const cached = createResolver({ ...shared, cache: createFolderCache({ folder: join(folder, 'cache') }) });
let runs = 0;

afterAll(async () => {
  await server.close();
  repositories.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('a small repository: at most 1.5 times the reference, 1.15 times when pinned', async ({ bench }) => {
  await bench.compare(
    bench('fetch the default branch', () => fetch(plain, 'small.git')),
    bench('fetch a branch', () => fetch(plain, 'small.git#main')),
    bench('fetch a commit', () => fetch(plain, `small.git#${small}`)),
    bench('fetch a commit from the cache', () => fetch(cached, `small.git#${small}`)),
    bench('reference: git clone --depth 1', () => clone('small.git')),
    { iterations: 25, time: 0, warmupIterations: 2, warmupTime: 0 },
  );
}, 120_000);

test('2,000 files: at most 1.15 times the reference', async ({ bench }) => {
  await bench.compare(
    bench('fetch the default branch', () => fetch(plain, 'large.git')),
    bench('fetch a commit', () => fetch(plain, `large.git#${large}`)),
    bench('fetch a commit from the cache', () => fetch(cached, `large.git#${large}`)),
    bench('reference: git clone --depth 1', () => clone('large.git')),
    { iterations: 6, time: 0, warmupIterations: 1, warmupTime: 0 },
  );
}, 120_000);

async function fetch(resolver: typeof plain, spec: string): Promise<void> {
  const context = { signal: new AbortController().signal, limits: DEFAULT_FETCH_LIMITS };
  await resolver.fetch(`127.0.0.1:${server.port}/${spec}`, next(), context);
}

async function clone(name: string): Promise<void> {
  await run('git', ['clone', '--quiet', '--depth', '1', `http://127.0.0.1:${server.port}/${name}`, next()]);
}

function next(): string {
  runs += 1;
  return join(folder, `out${runs}`);
}

function sources(count: number): Record<string, string> {
  const text = (index: number): string => `export const value${index} = '${index * 7_919}';\n`.repeat(20);
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`d${index % 40}/f${index}.js`, text(index)]));
}
