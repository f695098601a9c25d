import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallerOptions, PluginReader } from '@agentmesh/installer';
import { createManifest } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { AUTHOR, createWorkshop, type Workshop, writeFiles } from './workshop.js';

/** A reader that makes a manifest for a folder with a SKILL.md, as the one of `@agentmesh/container` does. */
const readPlugin: PluginReader = async (dir, { name, tree }) => {
  const text = await readFile(join(dir, 'SKILL.md'), 'utf8');
  const version =
    /version: (\S+)/.exec(text)?.[1] ?? `0.0.${Number.parseInt(tree.files[0]?.sha256.slice(0, 12) ?? '', 16)}`;
  const manifest = createManifest({ name, version, description: text, author: AUTHOR, plugin_type: 'integration' });
  const finding = { code: 'version-made', severity: 'warning', path: 'SKILL.md', message: 'made' } as const;
  return { manifest, findings: [finding], foreign: true };
};

async function foreign(shop: Workshop, text = 'one'): Promise<void> {
  await rm(join(shop.localRoot, 'weather'), { recursive: true, force: true });
  await writeFiles(join(shop.localRoot, 'weather'), { 'SKILL.md': text, 'more/x.txt': 'x' });
}

const SOURCE = 'local://weather';
const projectOf = (shop: Workshop): Partial<InstallerOptions> => ({ readPlugin, projectDir: join(shop.dir, 'home') });
const treeOf = (shop: Workshop, path: string) => readFile(join(shop.pluginsDir, 'weather', path), 'utf8');

describe('a plugin without agent-plugin.yaml', () => {
  it('is refused by an installer that reads no others', async () => {
    const shop = await createWorkshop();
    await foreign(shop);
    await expect(shop.installer().install(SOURCE)).rejects.toMatchObject({ code: 'MANIFEST_NOT_FOUND' });
  });

  it('installs as it is, foreign and unverified, with its made manifest in the lock and not among its files', async () => {
    const shop = await createWorkshop();
    await foreign(shop);
    const { plugins, manifest } = await shop.installer({ readPlugin }).install(SOURCE);
    expect(plugins).toMatchObject([
      { name: 'weather', foreign: true, verification: 'unverified', findings: [{ code: 'version-made' }] },
    ]);
    await expect(treeOf(shop, 'agent-plugin.yaml')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await treeOf(shop, 'SKILL.md')).toBe('one');
    // Whoever lists, verifies and runs needs no reader.
    const installer = shop.installer();
    expect(await installer.listInstalled()).toMatchObject([
      { name: 'weather', intact: true, foreign: true, manifest: { version: manifest.version } },
    ]);
    expect((await installer.verifyTree('weather')).manifest).toEqual(manifest);
    expect(await installer.install(SOURCE).catch((error: unknown) => error)).toMatchObject({
      code: 'MANIFEST_NOT_FOUND',
    });
  });

  it('is noticed when a file of it was changed, and when an agent-plugin.yaml was put beside them', async () => {
    const shop = await createWorkshop();
    await foreign(shop);
    await shop.installer({ readPlugin }).install(SOURCE);
    await writeFile(join(shop.pluginsDir, 'weather', 'agent-plugin.yaml'), 'name: other');
    await writeFile(join(shop.pluginsDir, 'weather', 'SKILL.md'), 'two');
    const [report] = await shop.installer().verifyInstalled('weather');
    expect(report?.intact).toBe(false);
    expect(report?.differences).toEqual(
      expect.arrayContaining([
        { path: 'SKILL.md', kind: 'changed' },
        { path: 'agent-plugin.yaml', kind: 'added' },
      ]),
    );
    expect(await shop.installer({ readPlugin }).repair()).toMatchObject([{ name: 'weather', from: 'store' }]);
    expect(await treeOf(shop, 'SKILL.md')).toBe('one');
  });

  it('is refused where trusted keys are configured, as anything unsigned', async () => {
    const shop = await createWorkshop();
    await foreign(shop);
    const installer = shop.installer({ readPlugin, trustedKeys: {} });
    await expect(installer.install(SOURCE)).rejects.toMatchObject({ code: expect.stringMatching(/UNTRUSTED|MISSING/) });
  });

  it('is updated to what its source has now, whichever way the number made for its version goes, and rolled back', async () => {
    const shop = await createWorkshop();
    for (const text of ['one', 'two', 'three', 'four', 'five']) {
      await foreign(shop, text);
      const { plugins } = await shop.installer({ readPlugin }).install(SOURCE);
      expect(plugins).toMatchObject([{ change: text === 'one' ? 'installed' : 'updated' }]);
      expect(await treeOf(shop, 'SKILL.md')).toBe(text);
    }
    await shop.installer().rollback();
    expect(await treeOf(shop, 'SKILL.md')).toBe('four');
    expect(await shop.installer().listInstalled()).toMatchObject([{ intact: true, foreign: true }]);
  });

  it('of a version of its own is not changed under it', async () => {
    const shop = await createWorkshop();
    await foreign(shop, 'version: 1.0.0');
    await shop.installer({ readPlugin }).install(SOURCE);
    await foreign(shop, 'version: 1.0.0 and more');
    await expect(shop.installer({ readPlugin }).install(SOURCE)).rejects.toMatchObject({ code: 'VERSION_RETAGGED' });
    await foreign(shop, 'version: 0.9.0');
    await expect(shop.installer({ readPlugin }).install(SOURCE)).rejects.toMatchObject({ code: 'DOWNGRADE_REFUSED' });
  });

  it('comes back from its lock: from its source, offline from the store, and frozen', async () => {
    const shop = await createWorkshop();
    await foreign(shop);
    await shop.installer(projectOf(shop)).install(SOURCE);
    const lock = await readFile(join(shop.dir, 'home/agentmesh.lock'), 'utf8');
    expect(JSON.parse(lock).plugins.weather.made_manifest).toMatchObject({ name: 'weather', description: 'one' });
    await rm(join(shop.stateDir), { recursive: true });
    await shop.installer(projectOf(shop)).restore({ frozen: true });
    expect(await treeOf(shop, 'SKILL.md')).toBe('one');
    expect(await readFile(join(shop.dir, 'home/agentmesh.lock'), 'utf8')).toBe(lock);
    await rm(shop.pluginsDir);
    await shop.installer(projectOf(shop)).restore({ frozen: true, offline: true });
    expect(await shop.installer().listInstalled()).toMatchObject([{ intact: true, foreign: true }]);
  });

  it('is not trusted with what only its author could say, though a lock that came along says it', async () => {
    const shop = await createWorkshop();
    await foreign(shop);
    await shop.installer(projectOf(shop)).install(SOURCE);
    const path = join(shop.stateDir, 'plugins/agentmesh.lock');
    const lock = JSON.parse(await readFile(path, 'utf8'));
    lock.plugins.weather.made_manifest.permissions = { net: ['evil.example:443'] };
    await writeFile(path, JSON.stringify(lock));
    await expect(shop.installer().verifyTree('weather')).rejects.toMatchObject({ code: 'TREE_TAMPERED' });
  });

  it('travels in a bundle', async () => {
    const shop = await createWorkshop();
    await foreign(shop);
    await shop.installer({ readPlugin }).install(SOURCE);
    const bundle = join(shop.dir, 'all.bundle');
    await shop.installer().createBundle(bundle);
    const other = join(shop.dir, 'other/.agentmesh/plugins');
    await mkdir(join(shop.dir, 'other'));
    const installer = shop.installer({ pluginsDir: other });
    await installer.installBundle(bundle);
    expect(await installer.listInstalled()).toMatchObject([{ name: 'weather', intact: true, foreign: true }]);
  });

  it('under development is copied by its path, called as its folder', async () => {
    const shop = await createWorkshop();
    await foreign(shop);
    await cp(join(shop.localRoot, 'weather'), join(shop.dir, 'my-weather'), { recursive: true });
    const installer = shop.installer({ readPlugin, developmentDir: shop.dir });
    expect(await installer.install('./my-weather')).toMatchObject({ manifest: { name: 'my-weather' } });
  });

  it('is shown where its files lie before anything is written', async () => {
    const shop = await createWorkshop();
    await foreign(shop);
    const seen: string[] = [];
    await shop.installer({ readPlugin }).install(SOURCE, {
      dryRun: true,
      onStaged: async (trees) => {
        for (const { dir, manifest } of trees) seen.push(manifest.name, await readFile(join(dir, 'SKILL.md'), 'utf8'));
      },
    });
    expect(seen).toEqual(['weather', 'one']);
    expect(await shop.installer().listInstalled()).toEqual([]);
  });
});
