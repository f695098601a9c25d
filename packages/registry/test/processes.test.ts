import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { saveManifest } from '@agentmesh/manifest';
import { openFileStore, PluginRegistry, registryPlaces } from '@agentmesh/registry';
import { describe, expect, it } from 'vitest';
import { manifestOf } from './manifests.js';
import { type Child, runChild } from './run-child.js';
import { temporaryFolder } from './temporary-folder.js';

/** Kills the process at some moment within the next changes it makes. */
async function killSomewhere(child: Child): Promise<string[]> {
  await child.nextLine();
  await sleep(Math.random() * 8);
  child.process.kill('SIGKILL');
  expect(await child.ended).toBe('SIGKILL');
  return child.lines;
}

describe('a registry file that several processes use', () => {
  it('keeps all 200 plugins that four processes register at once, 50 each', async () => {
    const path = join(await temporaryFolder(), 'registry.json');
    const prefixes = ['one', 'two', 'three', 'four'];
    const children = prefixes.map((prefix) => runChild('register-many.ts', path, prefix, '50'));
    expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0, 0, 0]);
    const registry = await PluginRegistry.open({ storagePath: path });
    const names = (await registry.listPlugins()).map((manifest) => manifest.name);
    const expected = prefixes.flatMap((prefix) => Array.from({ length: 50 }, (_, index) => `${prefix}-${index}`));
    expect(names.sort()).toEqual(expected.sort());
  });

  it('answers each of 1,000 reads and more beside a process that writes', async () => {
    const path = join(await temporaryFolder(), 'registry.json');
    const readers = await Promise.all([1, 2].map(() => PluginRegistry.open({ storagePath: path })));
    const writer = runChild('register-many.ts', path, 'plugin', '100000');
    await writer.nextLine();
    let reads = 0;
    while (reads < 1000 || writer.lines.length < 100) {
      const acknowledged = writer.lines.length;
      for (const registry of readers) {
        expect((await registry.listPlugins()).length).toBeGreaterThanOrEqual(acknowledged);
        expect((await registry.getPlugin('plugin-0')).version).toBe('1.0.0');
        reads += 2;
      }
    }
    writer.process.kill('SIGKILL');
    expect(await writer.ended).toBe('SIGKILL');
  });

  it('is read whole by whoever reads the bare file at any moment', async () => {
    const path = join(await temporaryFolder(), 'registry.json');
    await openFileStore(path);
    const writer = runChild('register-many.ts', path, 'plugin', '100000');
    await writer.nextLine();
    for (let read = 0; read < 1000 || writer.lines.length < 100; read += 1) {
      expect(Array.isArray(JSON.parse(await readFile(path, 'utf8')))).toBe(true);
    }
    writer.process.kill('SIGKILL');
    expect(await writer.ended).toBe('SIGKILL');
  });

  it('has every acknowledged registration after kill -9 at 64 random moments', async () => {
    const path = join(await temporaryFolder(), 'registry.json');
    const acknowledged: string[] = [];
    for (let round = 0; round < 16; round += 1) {
      const children = ['a', 'b', 'c', 'd'].map((side) =>
        runChild('register-many.ts', path, `${side}${round}`, '100000'),
      );
      const lines = await Promise.all(children.map(killSomewhere));
      acknowledged.push(...lines.flat());
      const registry = await PluginRegistry.open({ storagePath: path });
      const names = new Set((await registry.listPlugins()).map((manifest) => manifest.name));
      expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
      // At most the one change of each process that was done and not acknowledged yet.
      expect(names.size - acknowledged.length).toBeLessThanOrEqual(4 * (round + 1));
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(64);
    const registry = await PluginRegistry.open({ storagePath: path });
    await registry.register(manifestOf());
    const left = (await readdir(join(path, '..'))).filter((name) => name.endsWith('.tmp'));
    expect(left).toEqual([]);
  }, 300_000);

  it('has owner and files of every published version after kill -9 at 40 random moments', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, '.agentmesh', 'registry.json');
    const source = join(folder, 'plugin');
    await mkdir(source);
    await saveManifest(manifestOf(), source);
    await writeFile(join(source, 'index.js'), 'export {};\n');
    const acknowledged: string[] = [];
    for (let round = 0; round < 10; round += 1) {
      const children = ['a', 'b', 'c', 'd'].map((side) => runChild('publish-many.ts', path, source, `${side}${round}`));
      acknowledged.push(...(await Promise.all(children.map(killSomewhere))).flat());
      const registry = await PluginRegistry.open({ storagePath: path });
      const { items } = await registry.searchPage({ latestOnly: false });
      const listed = items.map(({ manifest }) => `${manifest.name} ${manifest.version}`);
      expect(acknowledged.filter((version) => !listed.includes(version))).toEqual([]);
      for (const entry of items) {
        const bytes = await registry.readArtifact(entry, { maxBytes: 1_000_000 });
        expect(bytes).toHaveLength(entry.artifact?.size ?? -1);
        expect(await registry.owners(entry.manifest.name)).toMatchObject([{ keyId: entry.keyId }]);
      }
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(40);
    expect(await readdir(join(registryPlaces(path).artifacts))).not.toEqual([]);
  }, 300_000);
});
