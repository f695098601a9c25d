import { execFileSync } from 'node:child_process';
import { chmodSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { link, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { DEFAULT_FETCH_LIMITS, type FetchOptions, SourceRegistry } from '@agentmesh/resolver';
import { createResolver, type LocalResolverOptions } from '@agentmesh/resolver-local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makePlugins, type PluginsFolder } from './make-plugins.js';

const SECRET = 'not yours';
let folder: PluginsFolder;
let outside: string;
let target: string;

beforeEach(async () => {
  folder = await makePlugins({ demo: { 'index.js': 'export {};\n', 'bin/run': '#!/bin/sh\n' } });
  target = join(folder.targets, 'demo');
  outside = join(folder.root, '..', 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'secret.txt'), SECRET);
});
afterEach(() => folder.remove());

function fetchLocal(spec: string, options: FetchOptions = {}, own: Partial<LocalResolverOptions> = {}) {
  const registry = new SourceRegistry().register(createResolver({ root: folder.root, ...own }));
  return registry.fetch({ scheme: 'local', spec }, target, options);
}

async function expectRefused(code: string, message: RegExp, spec = 'demo'): Promise<void> {
  await expect(fetchLocal(spec)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  expect(await readdir(folder.targets)).toEqual([]);
}

describe('a local plugin', () => {
  it('is copied as it would be packed, modes by content', async () => {
    const demo = join(folder.root, 'demo');
    await mkdir(join(demo, '.git'));
    await writeFile(join(demo, '.git', 'HEAD'), 'ref: refs/heads/main\n');
    await mkdir(join(demo, 'node_modules', 'x'), { recursive: true });
    await writeFile(join(demo, 'node_modules', 'x', 'index.js'), '');
    await writeFile(join(demo, '.agentmeshignore'), '*.log\n');
    await writeFile(join(demo, 'debug.log'), '');
    chmodSync(join(demo, 'index.js'), 0o777);
    await fetchLocal('demo');
    const found = await readdir(target, { recursive: true });
    expect(found.filter((path) => path !== '.agentmeshignore').sort()).toEqual(['bin', 'bin/run', 'index.js']);
    expect((await stat(join(target, 'index.js'))).mode & 0o777).toBe(0o644);
    expect((await stat(join(target, 'bin', 'run'))).mode & 0o777).toBe(0o755);
  });

  it('tells its bytes and files', async () => {
    const onProgress = vi.fn();
    await fetchLocal('demo', { onProgress });
    expect(onProgress).toHaveBeenLastCalledWith({ bytes: 21, files: 2 });
  });

  it('may lie below a root that is itself a link', async () => {
    await symlink(folder.root, join(outside, 'root'));
    await expect(fetchLocal('demo', {}, { root: join(outside, 'root') })).resolves.toMatchObject({ name: 'demo' });
  });

  it('counts by the smaller of the limits of fetch and resolver', async () => {
    const tooLarge = { code: 'FETCH_TOO_LARGE', cause: { code: 'TREE_TOO_LARGE' } };
    await expect(fetchLocal('demo', { limits: { maxFiles: 1 } })).rejects.toMatchObject(tooLarge);
    await expect(fetchLocal('demo', {}, { limits: { maxFiles: 1 } })).rejects.toMatchObject(tooLarge);
    await expect(fetchLocal('demo', { limits: { maxBytes: 20 } }, { limits: { maxBytes: 99 } })).rejects.toMatchObject(
      tooLarge,
    );
    await expect(fetchLocal('demo', { limits: { maxBytes: 99 } }, { limits: { maxBytes: 20 } })).rejects.toMatchObject(
      tooLarge,
    );
    await expect(fetchLocal('demo', {}, { limits: { maxDepth: 1 } })).rejects.toMatchObject(tooLarge);
    await fetchLocal('demo', { limits: { maxBytes: 21, maxFiles: 2 } }, { limits: { maxDepth: 2 } });
  });

  it('leaves what a target held before when it is called without a registry', async () => {
    await mkdir(target);
    await writeFile(join(target, 'mine'), '');
    const context = { signal: new AbortController().signal, limits: DEFAULT_FETCH_LIMITS };
    const fetching = createResolver({ root: folder.root }).fetch('demo', target, context);
    await expect(fetching).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' });
    expect(await readdir(target)).toEqual(['mine']);
  });
});

describe('a local plugin that is not there', () => {
  it('is missing when no folder has its name', () => expectRefused('SOURCE_NOT_FOUND', /^No folder "other"/, 'other'));

  it('is missing when a file has its name', async () => {
    await writeFile(join(folder.root, 'file'), '');
    await expectRefused('SOURCE_NOT_FOUND', /"file" among the local plugins is not a folder/, 'file');
  });

  it('is missing when the root is, and no absolute path is told', async () => {
    const error = await fetchLocal('demo', {}, { root: join(outside, 'absent') }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SOURCE_NOT_FOUND', message: expect.stringContaining('"absent"') });
    expect(String(error)).not.toContain(outside);
  });

  it('is missing when the root is a file', async () => {
    await expect(fetchLocal('demo', {}, { root: join(outside, 'secret.txt') })).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
    });
  });

  it('is a failed fetch when the disk refuses to tell', async () => {
    const root = join(outside, 'loop');
    await symlink('loop', root);
    await expect(fetchLocal('demo', {}, { root })).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      cause: { code: 'ELOOP' },
    });
  });
});

describe('links and other traps are refused by name', () => {
  it('a plugin that is a link to a folder', async () => {
    await symlink(outside, join(folder.root, 'linked'));
    await expectRefused('TREE_UNSAFE', /^"linked" among the local plugins is a link/, 'linked');
  });

  it('a plugin that is a dangling link', async () => {
    await symlink(join(outside, 'absent'), join(folder.root, 'linked'));
    await expectRefused('TREE_UNSAFE', /^"linked" among the local plugins is a link/, 'linked');
  });

  it('a link to a file outside', async () => {
    await symlink(join(outside, 'secret.txt'), join(folder.root, 'demo', 'note.txt'));
    await expectRefused('TREE_UNSAFE', /note\.txt/);
  });

  it('a link to a folder outside', async () => {
    await symlink(outside, join(folder.root, 'demo', 'sub'));
    await expectRefused('TREE_UNSAFE', /sub/);
  });

  it('a link to a file inside', async () => {
    await symlink('index.js', join(folder.root, 'demo', 'main.js'));
    await expectRefused('TREE_UNSAFE', /main\.js/);
  });

  it('a hard link to a file outside', async () => {
    await link(join(outside, 'secret.txt'), join(folder.root, 'demo', 'note.txt'));
    await expectRefused('TREE_UNSAFE', /note\.txt/);
  });

  it('a fifo, without waiting for somebody to write', async () => {
    execFileSync('mkfifo', [join(folder.root, 'demo', 'pipe')]);
    await expectRefused('TREE_UNSAFE', /pipe/);
  });

  it('a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder.root, 'demo', 'sock'), resolve));
    await expectRefused('TREE_UNSAFE', /sock/);
    await new Promise((resolve) => server.close(resolve));
  });

  it('a name with an escape sequence, which is not shown as such', async () => {
    await writeFile(join(folder.root, 'demo', '\u001b[2J'), '');
    await expectRefused('TREE_UNSAFE', /\\u001b\[2J/);
  });

  it('two names that differ by case alone', async () => {
    await writeFile(join(folder.root, 'demo', 'INDEX.js'), '');
    await expectRefused('TREE_UNSAFE', /index\.js/i);
  });
});

describe('a folder that changes while it is copied', () => {
  const SAFE = ['fetched', 'TREE_UNSAFE', 'SOURCE_NOT_FOUND', 'FETCH_FAILED'];

  it.each([
    ['the plugin', 'demo', '.'],
    ['a folder of it', 'demo/bin', '.'],
    ['a file of it', 'demo/index.js', 'secret.txt'],
  ])('is never followed when %s is swapped for a link', async (_, path, bait) => {
    const place = join(folder.root, path);
    for (const name of ['index.js', 'run']) await writeFile(join(outside, name), SECRET);
    const codes = new Set<string>();
    const swapping = new AbortController();
    const swapped = swapUntil(swapping.signal, { place, aside: join(folder.root, 'aside'), bait: join(outside, bait) });
    // Until the swap was met, and some rounds more; a slow machine meets it late.
    const end = performance.now() + 10_000;
    try {
      for (let round = 0; round < 60 || !codes.has('TREE_UNSAFE'); round += 1) {
        if (performance.now() > end) break;
        codes.add(await fetchOnce(String(round)));
      }
    } finally {
      swapping.abort();
      await swapped;
    }
    expect([...codes].filter((code) => !SAFE.includes(code))).toEqual([]);
    expect([...codes]).toContain('TREE_UNSAFE');
  });

  /** The code it failed with, or `fetched`; whatever came of it, the secret is not in the target. */
  async function fetchOnce(name: string): Promise<string> {
    const place = join(folder.targets, name);
    const registry = new SourceRegistry().register(createResolver({ root: folder.root }));
    const outcome = await registry.fetch({ scheme: 'local', spec: 'demo' }, place).then(
      () => 'fetched',
      (error: { code?: string }) => error.code ?? String(error),
    );
    const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((each) => each.isFile())) {
      expect(await readFile(join(entry.parentPath, entry.name), 'utf8')).not.toBe(SECRET);
    }
    if (outcome !== 'fetched') expect(entries).toEqual([]);
    return outcome;
  }
});

describe('a copy that is cancelled', () => {
  it('rejects with the reason and leaves nothing', async () => {
    await writeFile(join(folder.root, 'demo', 'big.bin'), Buffer.alloc(30_000_000));
    const controller = new AbortController();
    const fetching = fetchLocal('demo', { signal: controller.signal });
    setTimeout(() => controller.abort('enough'), 5);
    await expect(fetching).rejects.toBe('enough');
    expect(await readdir(folder.targets)).toEqual([]);
  });
});

interface Swap {
  readonly place: string;
  readonly aside: string;
  /** What the link in its place leads to. */
  readonly bait: string;
}

async function swapUntil(signal: AbortSignal, { place, aside, bait }: Swap): Promise<void> {
  while (!signal.aborted) {
    renameSync(place, aside);
    symlinkSync(bait, place);
    await turn();
    rmSync(place);
    renameSync(aside, place);
    await turn();
  }
}
