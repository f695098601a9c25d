import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkshop, failure, orphans, snapshot } from './workshop.js';

describe('uninstall', () => {
  it('removes the plugin and leaves its dependencies', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'base' });
    await shop.publish({ name: 'a', dependencies: ['base'] });
    const installer = shop.installer();
    await installer.install('a');
    expect(await installer.uninstall('a')).toEqual({ name: 'a', version: '1.0.0', dependents: [] });
    expect((await installer.listInstalled()).map(({ name }) => name)).toEqual(['base']);
    expect(Object.keys(await snapshot(shop.pluginsDir))).toContain('base/index.js');
    await installer.uninstall('base');
    expect(Object.keys(await snapshot(shop.pluginsDir))).toEqual(['agentmesh.lock']);
    expect(await orphans(shop.stateDir)).toEqual([]);
  });

  it('refuses while others need the plugin and says who, unless it is forced', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'base' });
    await shop.register({ name: 'a', dependencies: ['base>=1.0.0'] });
    await shop.register({ name: 'b', dependencies: ['base'] });
    const installer = shop.installer();
    await installer.install('a');
    await installer.install('b');
    const refused = await failure(installer.uninstall('base'));
    expect(refused.code).toBe('HAS_DEPENDENTS');
    expect(refused.message).toContain('a, b');
    expect(await installer.uninstall('base', { force: true })).toMatchObject({ dependents: ['a', 'b'] });
    expect((await installer.install('a')).installed.map(({ name, change }) => [name, change])).toEqual([
      ['a', 'kept'],
      ['base', 'installed'],
    ]);
  });

  it.each(['../x', '.', '..', '/etc/passwd', 'a/../../x', 'a\\b', 'agentmesh.lock', 'nul'])(
    'refuses %j, which is no name, and deletes nothing',
    async (name) => {
      const shop = await createWorkshop();
      await shop.publish({ name: 'a' });
      await shop.installer().install('a');
      await writeFile(join(shop.stateDir, 'x'), 'precious');
      const before = await snapshot(shop.dir);
      expect(await failure(shop.installer().uninstall(name))).toMatchObject({ code: 'NAME_INVALID' });
      expect(await failure(shop.installer().uninstall(name, { force: true }))).toMatchObject({ code: 'NAME_INVALID' });
      expect(await snapshot(shop.dir)).toEqual(before);
    },
  );

  it('says that a plugin is not installed, and what was perhaps meant', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'word-count' });
    await shop.installer().install('word-count');
    const refused = await failure(shop.installer().uninstall('word-coumt'));
    expect(refused).toMatchObject({ code: 'NOT_INSTALLED', hint: 'Did you mean word-count?' });
  });
});
