import type { InstallPlan } from '@agentmesh/installer';
import type { Permissions } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { diffPermissions } from '../src/project/permission-diff.js';
import { checkOut, cloneInto } from './project.js';
import { createWorkshop, failure, snapshot, type Workshop } from './workshop.js';

const NET: Permissions = { net: ['api.example.org:443'] };

async function weather(shop: Workshop, version: string, permissions: Permissions): Promise<void> {
  await shop.publish({ name: 'weather', version, permissions }, { 'index.js': `export const v = '${version}';\n` });
}

describe('permissions that nobody granted', () => {
  it('are refused where nobody can be asked, and nothing changes', async () => {
    const shop = await createWorkshop();
    await weather(shop, '1.0.0', NET);
    const project = await checkOut(shop);
    const refused = await failure(project.installer().install('weather'));
    expect(refused.code).toBe('PERMISSIONS_WIDENED');
    expect(refused.message).toContain('weather 1.0.0 asks for net api.example.org:443');
    expect(await snapshot(project.pluginsDir)).toEqual({});
    await expect(project.read('agentmesh.permissions.yaml')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('are granted by who is asked, and written down by digest', async () => {
    const shop = await createWorkshop();
    await weather(shop, '1.0.0', { ...NET, env: ['API_KEY'], time: 5_000 });
    const project = await checkOut(shop);
    const asked: InstallPlan[] = [];
    const answer = (yes: boolean) => async (plan: InstallPlan) => {
      asked.push(plan);
      return yes;
    };
    const no = project.installer().install('weather', { confirm: answer(false) });
    expect(await failure(no)).toMatchObject({ code: 'PERMISSIONS_WIDENED' });
    const { plugins } = await project.installer().install('weather', { confirm: answer(true) });
    const added = ['net api.example.org:443', 'env API_KEY', 'time 5000'];
    expect(asked.map((plan) => plan.plugins[0]?.permissionDiff)).toEqual([
      { added, removed: [] },
      { added, removed: [] },
    ]);
    expect(await project.read('agentmesh.permissions.yaml')).toMatch(
      new RegExp(`permissions_version: 1
plugins:
  "weather":
    "${plugins[0]?.digest.replaceAll(/[+/]/g, '\\$&')}":
      net:
        - "api.example.org:443"
      env:
        - "API_KEY"
      time: 5000
$`),
    );
    expect(await project.installer().grantedPermissions('weather')).toEqual({ ...NET, env: ['API_KEY'], time: 5_000 });
  });

  it('are not asked about again for the same files, nor for an update that asks for no more', async () => {
    const shop = await createWorkshop();
    await weather(shop, '1.0.0', { ...NET, read: ['docs'] });
    const project = await checkOut(shop);
    await project.installer().install('weather', { allowPermissions: true });
    expect((await project.installer().install('weather')).plugins[0]).not.toHaveProperty('permissionDiff');
    await weather(shop, '1.1.0', { read: ['docs/public'] });
    const { plugins } = await project.installer().install('weather');
    expect(plugins[0]).toMatchObject({
      change: 'updated',
      permissionDiff: { added: [], removed: ['net api.example.org:443', 'read docs'] },
    });
    expect(await project.installer().grantedPermissions('weather')).toEqual({ read: ['docs/public'] });
    // What was granted to the old files stays for a rollback.
    await project.installer().rollback();
    expect(await project.installer().grantedPermissions('weather')).toEqual({ ...NET, read: ['docs'] });
  });

  it('are refused when an update widens them, with the difference', async () => {
    const shop = await createWorkshop();
    await weather(shop, '1.0.0', NET);
    const project = await checkOut(shop);
    await project.installer().install('weather', { allowPermissions: true });
    await weather(shop, '1.1.0', { net: ['API.example.org:443', 'evil.example.net:443'] });
    const refused = await failure(project.installer().install('weather'));
    expect(refused.code).toBe('PERMISSIONS_WIDENED');
    expect(refused.message).toContain('asks for net evil.example.net:443');
    expect(refused.message).not.toContain('API.example.org');
  });

  it('are passed over by update, which says so and takes what asks for no more', async () => {
    const shop = await createWorkshop();
    await weather(shop, '1.0.0', NET);
    const project = await checkOut(shop);
    await project.installer().install('weather', { allowPermissions: true });
    await weather(shop, '1.1.0', NET);
    await weather(shop, '1.2.0', { ...NET, run: ['curl'] });
    const { plugins, refused } = await project.installer().update();
    expect(plugins).toMatchObject([{ name: 'weather', version: '1.1.0', change: 'updated' }]);
    expect(refused).toEqual([
      { name: 'weather', version: '1.2.0', reason: 'asks for run curl, which was not granted' },
    ]);
    const allowed = await project.installer().update([], { allowPermissions: true });
    expect(allowed.plugins).toMatchObject([{ version: '1.2.0' }]);
  });

  it('are none of an installer without a project', async () => {
    const shop = await createWorkshop();
    await weather(shop, '1.0.0', NET);
    const { plugins } = await shop.installer().install('weather');
    expect(plugins[0]).toMatchObject({ permissions: NET });
    expect(await shop.installer().grantedPermissions('weather')).toEqual({});
  });
});

describe('grants that a cloned project brings along', () => {
  it('count only once the user of this machine accepted them', async () => {
    const shop = await createWorkshop();
    await weather(shop, '1.0.0', NET);
    const [one, two] = [await checkOut(shop, 'one'), await checkOut(shop, 'two')];
    await one.installer().install('weather', { allowPermissions: true });
    await cloneInto(one, two);
    expect(await failure(two.installer().restore({ frozen: true }))).toMatchObject({ code: 'PERMISSIONS_WIDENED' });
    await two.installer({ projectDir: undefined }).install('weather');
    expect(await two.installer().grantedPermissions('weather')).toEqual({});
    expect(await two.installer().inspectProject()).toMatchObject({ unacceptedGrants: ['weather'] });
    await two.installer().restore({ allowPermissions: true });
    expect(await two.installer().grantedPermissions('weather')).toEqual(NET);
    expect(await two.read('agentmesh.permissions.yaml')).toBe(await one.read('agentmesh.permissions.yaml'));
  });

  it('do not count when they were changed after that', async () => {
    const shop = await createWorkshop();
    await weather(shop, '1.0.0', NET);
    const project = await checkOut(shop);
    await project.installer().install('weather', { allowPermissions: true });
    const text = await project.read('agentmesh.permissions.yaml');
    await project.write('agentmesh.permissions.yaml', text.replace('api.example.org', 'evil.example.net'));
    expect(await project.installer().grantedPermissions('weather')).toEqual({});
  });

  it('count in one process alone where the application remembers nothing', async () => {
    const shop = await createWorkshop();
    await weather(shop, '1.0.0', NET);
    const project = await checkOut(shop);
    const installer = project.installer({ consents: undefined });
    await installer.install('weather', { allowPermissions: true });
    expect(await installer.grantedPermissions('weather')).toEqual(NET);
    expect(await project.installer({ consents: undefined }).grantedPermissions('weather')).toEqual({});
  });
});

describe('grants of plugins that are gone', () => {
  it('go with the plugin, and with the last state that had it', async () => {
    const shop = await createWorkshop();
    await weather(shop, '1.0.0', NET);
    const project = await checkOut(shop);
    await project.installer().install('weather', { allowPermissions: true });
    await weather(shop, '1.1.0', NET);
    await project.installer().install('weather');
    expect((await project.installer().inspectProject())?.orphanedGrants).toHaveLength(1);
    expect((await project.installer().gc()).grants).toBe(0);
    expect((await project.installer().gc({ keep: 1 })).grants).toBe(1);
    expect((await project.installer().inspectProject())?.orphanedGrants).toEqual([]);
    await project.installer().uninstall('weather');
    expect(await project.read('agentmesh.permissions.yaml')).toContain('plugins: {}');
  });
});

describe('a difference of permissions', () => {
  it.each<readonly [string, Permissions, Permissions, readonly string[], readonly string[]]>([
    ['nothing', {}, {}, [], []],
    ['hosts in any case', { net: ['A.example:1'] }, { net: ['a.EXAMPLE:1'] }, [], []],
    ['a folder holds what is in it', { read: ['docs/'] }, { read: ['docs/a', './docs//b'] }, [], ['read docs/']],
    ['the whole workspace holds all', { read: ['.'] }, { read: ['src/a', 'b'] }, [], ['read .']],
    [
      'but not what leads out of it',
      { read: ['.'] },
      { read: ['../x', '/etc'] },
      ['read ../x', 'read /etc'],
      ['read .'],
    ],
    [
      'a way up inside a folder',
      { read: ['docs'] },
      { read: ['docs/../secret'] },
      ['read docs/../secret'],
      ['read docs'],
    ],
    ['a longer name is another', { read: ['doc'] }, { read: ['docs'] }, ['read docs'], ['read doc']],
    ['more of a number', { memory: 1, time: 5 }, { memory: 2, time: 4 }, ['memory 2'], ['time 5']],
    ['a number that was not there', {}, { scratch: 1 }, ['scratch 1'], []],
    ['a command in full', { run: ['git log'] }, { run: ['git'] }, ['run git'], ['run git log']],
  ])('compares %s', (_, before, after, added, removed) => {
    expect(diffPermissions(before, after)).toEqual({ added, removed });
  });
});
