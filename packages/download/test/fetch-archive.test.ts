import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestTree, packTree } from '@agentmesh/artifact';
import { type ArchiveRequest, createDownloader, createFolderCache, type Digest } from '@agentmesh/download';
import { DEFAULT_FETCH_LIMITS, type FetchContext } from '@agentmesh/resolver';
import { serve, type TestServer } from '@agentmesh/test-support';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const bodies = new Map<string, Uint8Array>();
let server: TestServer;
let folder: string;
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-archive-'));
  server = await serve((request, response) => void response.end(bodies.get(request.url ?? '')));
  await pack('/flat.tgz', { 'index.js': 'x', 'lib/a.js': 'a', 'agent-plugin.yaml': 'name: x\n' });
  await pack('/top.tgz', {
    'package/index.js': 'x',
    'package/package/a.js': 'a',
    'package/agent-plugin.yaml': 'name: x\n',
  });
  await pack('/large.tgz', Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`f${index}`, noise(index)])));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A mebibyte that does not compress. */
function noise(seed: number): string {
  const parts = Array.from({ length: 16_384 }, (_, index) =>
    createHash('sha512').update(`${seed} ${index}`).digest().toString('latin1'),
  );
  return parts.join('');
}

async function pack(path: string, files: Readonly<Record<string, string>>): Promise<void> {
  const dir = join(folder, `source${path}`);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(dir, name, '..'), { recursive: true });
    await writeFile(join(dir, name), content, 'latin1');
  }
  bodies.set(path, (await packTree(dir)).bytes);
}

const cache = (): ReturnType<typeof createFolderCache> => createFolderCache({ folder: join(folder, 'cache') });

function fetchArchive(path: string, request: Partial<ArchiveRequest> = {}, context: Partial<FetchContext> = {}) {
  made += 1;
  const target = join(folder, `target-${made}`);
  const downloader = createDownloader({ allowPrivateHosts: ['127.0.0.1'], cache: cache(), retry: { backoffMs: 1 } });
  const fetching = downloader.fetchArchive(
    {
      url: `http://127.0.0.1:${server.port}${path}`,
      context: { signal: new AbortController().signal, limits: DEFAULT_FETCH_LIMITS, ...context },
      ...request,
    },
    target,
  );
  return { fetching, target };
}

describe('an archive', () => {
  it('is fetched and unpacked, and its tree described', async () => {
    const onProgress = vi.fn();
    const { fetching, target } = fetchArchive('/flat.tgz', { top: 'lift' }, { onProgress });
    const { tree, size, cached } = await fetching;
    expect(tree.files.map((file) => file.path)).toEqual(['agent-plugin.yaml', 'index.js', 'lib/a.js']);
    expect(tree.digest).toBe(await digestTree(target));
    expect([size, cached]).toEqual([bodies.get('/flat.tgz')?.length, false]);
    expect(onProgress).toHaveBeenLastCalledWith({ bytes: size, files: 3, totalBytes: size });
  });

  it('keeps its top folder unless told to lift it, and its tree is described as it lies then', async () => {
    const kept = fetchArchive('/top.tgz');
    expect((await kept.fetching).tree.files.map((file) => file.path)).toContain('package/package/a.js');
    const { fetching, target } = fetchArchive('/top.tgz', { top: 'lift' });
    const { tree } = await fetching;
    expect(tree.files.map((file) => file.path)).toEqual(['agent-plugin.yaml', 'index.js', 'package/a.js']);
    expect((await readdir(target)).sort()).toEqual(['agent-plugin.yaml', 'index.js', 'package']);
    expect(tree.digest).toBe(await digestTree(target));
  });

  it('that is large lies in a nameless file meanwhile, and comes from the cache the same', async () => {
    const first = fetchArchive('/large.tgz');
    const { sha512, sha256 } = await first.fetching;
    const bytes = bodies.get('/large.tgz') ?? new Uint8Array();
    expect(sha256).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
    expect(await readFile(join(first.target, 'f3'), 'latin1')).toBe(noise(3));
    const before = server.requests.length;
    const second = fetchArchive('/large.tgz', { digest: sha512 });
    expect((await second.fetching).cached).toBe(true);
    expect(await readFile(join(second.target, 'f3'), 'latin1')).toBe(noise(3));
    expect(server.requests.length).toBe(before);
  });

  it('of other bytes is never unpacked', async () => {
    const digest: Digest = `sha256:${'0'.repeat(64)}`;
    for (const path of ['/flat.tgz', '/large.tgz']) {
      const { fetching, target } = fetchArchive(path, { digest });
      await expect(fetching).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
      expect(await readdir(target)).toEqual([]);
    }
  });

  it('leaves what a target holds', async () => {
    const full = join(folder, 'full');
    await mkdir(full);
    await writeFile(join(full, 'mine'), '');
    const downloader = createDownloader({ allowPrivateHosts: ['127.0.0.1'] });
    const context = { signal: new AbortController().signal, limits: DEFAULT_FETCH_LIMITS };
    const url = `http://127.0.0.1:${server.port}/flat.tgz`;
    await expect(downloader.fetchArchive({ url, context }, full)).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' });
    expect(await readdir(full)).toEqual(['mine']);
    const under = downloader.fetchArchive({ url, context }, join(full, 'mine', 'x'));
    await expect(under).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  });

  it('is gone when it is cancelled, whenever that is', async () => {
    const started = performance.now();
    await fetchArchive('/large.tgz', { top: 'lift' }).fetching;
    const whole = performance.now() - started;
    let cancelled = 0;
    for (let round = 0; round < 30; round += 1) {
      const controller = new AbortController();
      const { fetching, target } = fetchArchive('/large.tgz', {}, { signal: controller.signal });
      const outcome = fetching.then(
        () => 'fetched',
        (error: unknown) => error,
      );
      await sleep(Math.random() * whole);
      controller.abort('enough');
      const aborted = performance.now();
      const ended = await outcome;
      expect(performance.now() - aborted).toBeLessThan(1_000);
      if (ended === 'fetched') continue;
      cancelled += 1;
      expect(ended).toBe('enough');
      expect(await readdir(target).catch(() => [])).toEqual([]);
    }
    expect(cancelled).toBeGreaterThan(0);
    await vi.waitFor(() => expect(server.active()).toBe(0));
  });

  it('does not mix with others beside it', async () => {
    const all = Array.from({ length: 12 }, (_, index) => fetchArchive(index % 2 === 0 ? '/flat.tgz' : '/large.tgz'));
    for (const [index, { fetching, target }] of all.entries()) {
      const { tree } = await fetching;
      expect(tree.files).toHaveLength(index % 2 === 0 ? 3 : 8);
      expect(tree.digest).toBe(await digestTree(target));
    }
  });
});

describe('a cache of somebody else', () => {
  it('keeps its bytes, however large', async () => {
    const bytes = Uint8Array.from(bodies.get('/large.tgz') ?? []);
    const digest: Digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const context = { signal: new AbortController().signal, limits: DEFAULT_FETCH_LIMITS };
    const downloader = createDownloader({ cache: { find: async () => bytes, put: async () => undefined } });
    for (const name of ['first', 'second']) {
      const target = join(folder, `theirs-${name}`);
      await downloader.fetchArchive({ url: 'https://nowhere.test/', digest, context }, target);
      expect(await readFile(join(target, 'f3'), 'latin1')).toBe(noise(3));
    }
  });

  it('that is damaged gives nothing to a fetch', async () => {
    const context = { signal: new AbortController().signal, limits: DEFAULT_FETCH_LIMITS };
    const cache = { find: async () => bodies.get('/flat.tgz'), put: async () => undefined };
    const digest: Digest = `sha256:${'0'.repeat(64)}`;
    const target = join(folder, 'damaged');
    const fetching = createDownloader({ cache }).fetchArchive(
      { url: 'https://nowhere.test/', digest, context },
      target,
    );
    await expect(fetching).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
    expect(await readdir(target)).toEqual([]);
  });
});
