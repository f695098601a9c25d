import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type InstallProgress, PluginInstaller } from '@agentmesh/installer';
import { PluginRegistry } from '@agentmesh/registry';
import { describe, expect, it } from 'vitest';
import { startChild } from './child-process.js';
import { failure, manifestOf, orphans, temporaryFolder } from './workshop.js';

const PROCESSES = 20;
const EACH = 2;

describe('several at once', () => {
  it('processes that install different plugins into one workspace lose nothing', { timeout: 60_000 }, async () => {
    const dir = await temporaryFolder();
    const storagePath = join(dir, 'registry.json');
    const registry = await PluginRegistry.open({ storagePath });
    const names = Array.from({ length: PROCESSES * EACH }, (_, index) => `p${index}`);
    await registry.register(manifestOf({ name: 'shared' }));
    for (const name of names) await registry.register(manifestOf({ name, dependencies: ['shared'] }));
    const stateDir = join(dir, 'home');
    const pluginsDir = join(stateDir, 'plugins');
    const cache = join(dir, 'cache');
    await startChild([storagePath, join(dir, 'unused/plugins'), 'once', 'install shared'], cache).finished();
    const children = Array.from({ length: PROCESSES }, (_, index) => {
      const mine = names.slice(index * EACH, (index + 1) * EACH);
      return startChild([storagePath, pluginsDir, 'once', ...mine.map((name) => `install ${name}`)], cache);
    });
    await Promise.all(children.map((child) => child.finished()));
    const listed = await new PluginInstaller({ pluginsDir }).listInstalled();
    expect(listed.map(({ name }) => name)).toEqual([...names, 'shared'].sort());
    expect(listed.every(({ intact }) => intact)).toBe(true);
    expect(await orphans(stateDir)).toEqual([]);
    // Every change made a generation, one after the other, on one lock.
    const history = await new PluginInstaller({ pluginsDir }).history();
    expect(history[0]).toMatchObject({ generation: PROCESSES * EACH, plugins: PROCESSES * EACH + 1 });
    expect(history.slice(0, -1).every(({ changes }) => (changes?.length ?? 0) > 0)).toBe(true);
    expect((await readdir(join(stateDir, 'store'))).filter((name) => name.startsWith('store.lock'))).toEqual([
      'store.lock',
    ]);
  });

  it('a process that waits says for whom: its pid, what it does and since when', async () => {
    const dir = await temporaryFolder();
    const storagePath = join(dir, 'registry.json');
    const registry = await PluginRegistry.open({ storagePath });
    for (const name of ['a', 'b']) await registry.register(manifestOf({ name }));
    const pluginsDir = join(dir, 'plugins');
    const inside = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const policy = {
      beforeFetch: async () => {
        inside.resolve();
        await held.promise;
        return { allow: true } as const;
      },
    };
    const since = new Date(Date.UTC(2026, 3, 5));
    const slow = new PluginInstaller({ pluginsDir, registry, policy, now: () => since }).install('a');
    await inside.promise;
    const waits: unknown[] = [];
    const onProgress = ({ phase, holder }: InstallProgress): void => {
      if (phase !== 'waiting') return;
      waits.push(holder);
      held.resolve();
    };
    await new PluginInstaller({ pluginsDir, registry, onProgress }).install('b');
    await slow;
    expect(waits[0]).toEqual({ pid: process.pid, action: 'install a', since });
  });

  it('calls of one process wait for each other and say so; reading does not wait', async () => {
    const dir = await temporaryFolder();
    const registry = new PluginRegistry();
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const name of names) await registry.register(manifestOf({ name }));
    const phases: string[] = [];
    const pluginsDir = join(dir, 'plugins');
    const installer = new PluginInstaller({ pluginsDir, registry, onProgress: ({ phase }) => phases.push(phase) });
    const reads = names.map(() => installer.listInstalled());
    await Promise.all([...names.map((name) => installer.install(name)), ...reads]);
    expect((await installer.listInstalled()).map(({ name }) => name)).toEqual(names);
    expect(new Set(phases)).toEqual(new Set(['waiting', 'selecting', 'fetching', 'checking', 'ready', 'committing']));
  });

  it('who waits too long for the workspace is told', async () => {
    const dir = await temporaryFolder();
    const registry = new PluginRegistry();
    await registry.register(manifestOf({ name: 'a' }));
    const pluginsDir = join(dir, 'plugins');
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let entered = (): void => undefined;
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const policy = {
      beforeFetch: async () => {
        entered();
        await held;
        return { allow: true } as const;
      },
    };
    const slow = new PluginInstaller({ pluginsDir, registry, policy }).install('a');
    await inside;
    const limits = { lockTimeoutMs: 20 };
    expect(await failure(new PluginInstaller({ pluginsDir, registry, limits }).install('a'))).toMatchObject({
      code: 'LOCK_TIMEOUT',
    });
    release();
    expect((await slow).manifest.name).toBe('a');
  });
});
