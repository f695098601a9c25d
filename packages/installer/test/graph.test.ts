import { describe, expect, it } from 'vitest';
import { checkOut } from './project.js';
import { createWorkshop, failure, type Workshop } from './workshop.js';

async function publishAll(shop: Workshop, ...plugins: readonly string[]): Promise<void> {
  for (const plugin of plugins) {
    const [head = '', needs = ''] = plugin.split(': ');
    const [name = '', version = ''] = head.split(' ');
    const dependencies = needs === '' ? [] : needs.split(' ');
    await shop.publish({ name, version, dependencies }, { 'index.js': `export const v = '${version}';\n` });
  }
}

describe('why a plugin is there', () => {
  it('is told by the shortest chain for each plugin that needs it', async () => {
    const shop = await createWorkshop();
    await publishAll(shop, 'deep 1.0.0', 'mid 1.0.0: deep>=1.0', 'top 1.0.0: mid deep==1.0.0', 'other 1.0.0: mid');
    const installer = shop.installer();
    await installer.install(['top', 'other']);
    expect(await installer.why('deep')).toEqual({
      name: 'deep',
      version: '1.0.0',
      requested: false,
      chains: [
        [
          { name: 'other', version: '1.0.0' },
          { name: 'mid', version: '1.0.0', range: '' },
          { name: 'deep', version: '1.0.0', range: '>=1.0' },
        ],
        [
          { name: 'top', version: '1.0.0' },
          { name: 'deep', version: '1.0.0', range: '==1.0.0' },
        ],
      ],
    });
    expect(await installer.why('top')).toMatchObject({ requested: true, chains: [[{ name: 'top' }]] });
    expect(await failure(installer.why('absent'))).toMatchObject({ code: 'NOT_INSTALLED' });
    expect(await failure(installer.why('../x'))).toMatchObject({ code: 'NAME_INVALID' });
  });

  it('is nobody once what needed it is gone', async () => {
    const shop = await createWorkshop();
    await publishAll(shop, 'base 1.0.0', 'a 1.0.0: base');
    await shop.installer().install('a');
    await shop.installer().uninstall('a');
    expect(await shop.installer().why('base')).toMatchObject({ requested: false, chains: [] });
    expect(await shop.installer().tree()).toMatchObject({ requested: [], unneeded: [{ name: 'base' }] });
  });
});

describe('the tree of plugins', () => {
  it('shows each plugin with what it needs, and that once', async () => {
    const shop = await createWorkshop();
    await publishAll(shop, 'leaf 1.0.0', 'base 1.0.0: leaf', 'a 1.0.0: base>=1.0', 'b 1.0.0: base');
    const project = await checkOut(shop);
    await project.installer().install(['a', 'b']);
    const leaf = { name: 'leaf', version: '1.0.0', range: '', repeated: false, needs: [] };
    expect(await project.installer().tree()).toEqual({
      requested: [
        {
          name: 'a',
          version: '1.0.0',
          repeated: false,
          needs: [{ name: 'base', version: '1.0.0', range: '>=1.0', repeated: false, needs: [leaf] }],
        },
        {
          name: 'b',
          version: '1.0.0',
          repeated: false,
          needs: [{ name: 'base', version: '1.0.0', range: '', repeated: true, needs: [] }],
        },
      ],
      unneeded: [],
    });
  });
});

describe('an update', () => {
  it('takes the newest versions that agentmesh.yaml and dependents allow, and outdated says so before', async () => {
    const shop = await createWorkshop();
    await publishAll(shop, 'base 1.0.0', 'a 1.0.0: base<2.0.0', 'b 1.0.0');
    const project = await checkOut(shop);
    await project.installer().install(['a', 'b']);
    expect(await project.installer().outdated()).toEqual([]);
    await publishAll(shop, 'base 1.1.0', 'base 2.0.0', 'a 1.2.0: base<2.0.0', 'b 2.0.0');
    const yaml = await project.read('agentmesh.yaml');
    expect(await project.installer().outdated()).toEqual([
      { name: 'a', current: '1.0.0', wanted: '1.2.0', latest: '1.2.0', requested: true },
      { name: 'b', current: '1.0.0', wanted: '1.0.0', latest: '2.0.0', requested: true },
      { name: 'base', current: '1.0.0', wanted: '1.1.0', latest: '2.0.0', requested: false },
    ]);
    const { plugins } = await project.installer().update();
    expect(plugins.map(({ name, version, change }) => [name, version, change])).toEqual([
      ['a', '1.2.0', 'updated'],
      ['b', '1.0.0', 'kept'],
      ['base', '1.1.0', 'updated'],
    ]);
    expect(await project.read('agentmesh.yaml')).toBe(yaml);
    expect((await project.installer().update()).changed).toBe(false);
  });

  it('moves only what it is told to, and follows a source', async () => {
    const shop = await createWorkshop();
    await publishAll(shop, 'a 1.0.0', 'b 1.0.0');
    await shop.local('mine', { name: 'mine' });
    const project = await checkOut(shop);
    await project.installer().install(['a', 'b', 'local://mine']);
    await publishAll(shop, 'a 1.1.0', 'b 1.1.0');
    await shop.local('mine', { name: 'mine', version: '1.1.0' }, { 'index.js': 'new' });
    const first = await project.installer().update(['b']);
    expect(first.plugins.filter(({ change }) => change === 'updated').map(({ name }) => name)).toEqual(['b']);
    const second = await project.installer().update(['mine']);
    expect(second.plugins.filter(({ change }) => change === 'updated').map(({ name }) => name)).toEqual(['mine']);
    expect(await failure(project.installer().update(['absent']))).toMatchObject({ code: 'NOT_INSTALLED' });
  });

  it('works without a project, by what was asked for', async () => {
    const shop = await createWorkshop();
    await publishAll(shop, 'base 1.0.0', 'a 1.0.0: base');
    await shop.installer().install('a');
    await publishAll(shop, 'base 1.1.0', 'a 2.0.0: base');
    const { plugins } = await shop.installer().update();
    expect(plugins.map(({ name, version }) => [name, version])).toEqual([
      ['a', '2.0.0'],
      ['base', '1.1.0'],
    ]);
  });

  it('is not known for a plugin that the registry has no more', async () => {
    const shop = await createWorkshop();
    await publishAll(shop, 'a 1.0.0', 'b 1.0.0');
    const project = await checkOut(shop);
    await project.installer().install(['a', 'b']);
    await publishAll(shop, 'b 1.1.0');
    await shop.registry.unregister('a');
    expect(await project.installer().outdated()).toEqual([
      { name: 'b', current: '1.0.0', latest: '1.1.0', requested: true },
    ]);
  });

  it('is found to lead nowhere where nothing fits everybody', async () => {
    const shop = await createWorkshop();
    await publishAll(shop, 'a 1.0.0');
    const project = await checkOut(shop);
    await project.installer().install('a');
    await publishAll(shop, 'a 1.1.0');
    await project.write('agentmesh.yaml', 'plugins:\n  a: ">=1.0.0"\noverrides:\n  a: ">=5.0.0"\n');
    expect(await project.installer().outdated()).toEqual([
      { name: 'a', current: '1.0.0', latest: '1.1.0', requested: true },
    ]);
  });
});
