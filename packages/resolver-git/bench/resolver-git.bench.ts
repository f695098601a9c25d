import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFolderCache } from '@agentmesh/download';
import { DEFAULT_FETCH_LIMITS } from '@agentmesh/resolver';
import { createResolver } from '@agentmesh/resolver-git';
import { createRepositories, race, startGitServer } from '@agentmesh/test-support';
import { afterAll, test } from 'vitest';

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

test('a small repository: at most 1.5 times the reference, 1.15 times when pinned', { timeout: 120_000 }, async () => {
  await race(
    {
      'small, the default branch': () => fetch(plain, 'small.git'),
      'small, a branch': () => fetch(plain, 'small.git#main'),
      'small, a commit': () => fetch(plain, `small.git#${small}`),
      'small, a commit from the cache (at most 40 ms)': () => fetch(cached, `small.git#${small}`),
      'reference: git clone --depth 1': () => clone('small.git'),
    },
    { rounds: 25, warmUp: 2, after: clear },
  );
});

test('2,000 files: at most 1.15 times the reference', { timeout: 120_000 }, async () => {
  await race(
    {
      '2,000 files, the default branch': () => fetch(plain, 'large.git'),
      '2,000 files, a commit': () => fetch(plain, `large.git#${large}`),
      '2,000 files, a commit from the cache (at most 40 ms)': () => fetch(cached, `large.git#${large}`),
      'reference: git clone --depth 1': () => clone('large.git'),
    },
    { rounds: 8, warmUp: 1, after: clear },
  );
});

async function fetch(resolver: typeof plain, spec: string): Promise<void> {
  const context = { signal: new AbortController().signal, limits: DEFAULT_FETCH_LIMITS };
  await resolver.fetch(`127.0.0.1:${server.port}/${spec}`, next(), context);
}

async function clone(name: string): Promise<void> {
  await run('git', ['clone', '--quiet', '--depth', '1', `http://127.0.0.1:${server.port}/${name}`, next()]);
}

const clear = (): Promise<void> => rm(join(folder, `out${runs}`), { recursive: true, force: true });

function next(): string {
  runs += 1;
  return join(folder, `out${runs}`);
}

function sources(count: number): Record<string, string> {
  const text = (index: number): string => `export const value${index} = '${index * 7_919}';\n`.repeat(20);
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`d${index % 40}/f${index}.js`, text(index)]));
}
