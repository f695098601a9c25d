import { join } from 'node:path';
import { PluginInstaller } from '@agentmesh/installer';
import { PluginRegistry } from '@agentmesh/registry';
import { describe, expect, it } from 'vitest';
import { startChild } from './child-process.js';
import { failure, manifestOf, orphans, temporaryFolder } from './workshop.js';

const PROCESSES = 4;
const EACH = 8;

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
    const children = Array.from({ length: PROCESSES }, (_, index) => {
      const mine = names.slice(index * EACH, (index + 1) * EACH);
      return startChild(
        [storagePath, pluginsDir, 'once', ...mine.map((name) => `install ${name}`)],
        join(dir, 'cache'),
      );
    });
    await Promise.all(children.map((child) => child.finished()));
    const listed = await new PluginInstaller({ pluginsDir }).listInstalled();
    expect(listed.map(({ name }) => name)).toEqual([...names, 'shared'].sort());
    expect(listed.every(({ intact }) => intact)).toBe(true);
    expect(await orphans(stateDir)).toEqual([]);
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
    expect(new Set(phases)).toEqual(new Set(['waiting', 'fetching', 'checking', 'committing']));
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
