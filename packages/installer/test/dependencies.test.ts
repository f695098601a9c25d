import { readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AUTHOR, createWorkshop, failure, snapshot, type Workshop } from './workshop.js';

async function versionsIn(shop: Workshop): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await shop.installer().listInstalled()).map(({ name, version }) => [name, version]));
}

/** Lists `name version: dependency, dependency` each. */
async function list(shop: Workshop, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const [head = '', rest = ''] = line.split(': ');
    const [name = '', version = ''] = head.split(' ');
    await shop.register({ name, version, dependencies: rest.split('; ').filter((spec) => spec !== '') });
  }
}

describe('dependencies', () => {
  it('are installed with what needs them, and with what they need', async () => {
    const shop = await createWorkshop();
    await list(shop, 'a 1.0.0: b>=1.0.0', 'b 1.0.0: c', 'c 1.0.0');
    const { installed } = await shop.installer().install('a');
    expect(installed.map(({ name, change }) => [name, change])).toEqual([
      ['a', 'installed'],
      ['b', 'installed'],
      ['c', 'installed'],
    ]);
    const requested = (await shop.installer().listInstalled()).map((plugin) => [plugin.name, plugin.requested]);
    expect(requested).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
    ]);
  });

  it.each([
    ['b', '3.0.0'],
    ['b==1.2.0', '1.2.0'],
    ['b!=3.0.0', '2.0.0'],
    ['b<2.0.0', '1.10.0'],
    ['b<=1.2.0', '1.2.0'],
    ['b>1.10.0,<3.0.0', '2.0.0'],
    ['b>=1.0.0,<2.0.0', '1.10.0'],
    ['b~=1.2', '1.10.0'],
    ['b~=1.2.0', '1.2.0'],
  ])('%s takes the newest that fits', async (spec, expected) => {
    const shop = await createWorkshop();
    await list(shop, 'b 1.2.0', 'b 1.10.0', 'b 2.0.0', 'b 3.0.0', `a 1.0.0: ${spec}`);
    await shop.installer().install('a');
    expect((await versionsIn(shop)).b).toBe(expected);
  });

  it('never take a yanked version, and a deprecated one only when nothing else fits', async () => {
    const shop = await createWorkshop();
    await list(shop, 'b 1.0.0', 'b 1.1.0', 'b 1.2.0', 'a 1.0.0: b', 'c 1.0.0: b>=1.1.0', 'd 1.0.0: b>=1.2.0');
    await shop.registry.deprecate('b', '1.1.0', { reason: 'old' });
    await shop.registry.yank('b', '1.2.0', { reason: 'broken' });
    await shop.installer().install('a');
    expect((await versionsIn(shop)).b).toBe('1.0.0');
    await shop.installer().install('c');
    expect((await versionsIn(shop)).b).toBe('1.1.0');
    const refused = await failure(shop.installer().install('d'));
    expect(refused.code).toBe('DEPENDENCY_UNSATISFIED');
    expect(refused.message).toBe('d 1.0.0 needs b >=1.2.0, but b 1.2.0 is yanked: broken; so d cannot be installed.');
  });

  it('that are installed and satisfy do not move when something newer is published', async () => {
    const shop = await createWorkshop();
    await list(shop, 'base 1.0.0', 'a 1.0.0: base>=1.0.0,<3.0.0');
    await shop.installer().install('a');
    await list(shop, 'base 2.0.0', 'b 1.0.0: base');
    const { installed } = await shop.installer().install('b');
    expect(installed.find(({ name }) => name === 'base')).toMatchObject({ version: '1.0.0', change: 'kept' });
  });

  it('of several dependents get a version that fits all of them', async () => {
    const shop = await createWorkshop();
    await list(shop, 'a 1.0.0: b; c', 'b 1.0.0: d<3.0.0', 'c 1.0.0: d>=1.5.0', 'd 1.0.0', 'd 2.0.0', 'd 3.0.0');
    await shop.installer().install('a');
    expect(await versionsIn(shop)).toEqual({ a: '1.0.0', b: '1.0.0', c: '1.0.0', d: '2.0.0' });
  });

  it('go back to an older version of a dependent when the newest leads nowhere', async () => {
    const shop = await createWorkshop();
    await list(shop, 'a 1.0.0: b; c==1.0.0', 'b 2.0.0: c>=2.0.0', 'b 1.0.0: c', 'c 1.0.0', 'c 2.0.0');
    await shop.installer().install('a');
    expect(await versionsIn(shop)).toEqual({ a: '1.0.0', b: '1.0.0', c: '1.0.0' });
  });

  it('move together when an upgrade needs both', async () => {
    const shop = await createWorkshop();
    await list(shop, 'a 1.0.0: c; b', 'b 1.0.0: c<2.0.0', 'c 1.0.0');
    await shop.installer().install('a');
    await list(shop, 'a 2.0.0: c>=2.0.0; b>=2.0.0', 'b 2.0.0: c>=2.0.0', 'c 2.0.0');
    await shop.installer().install('a');
    expect(await versionsIn(shop)).toEqual({ a: '2.0.0', b: '2.0.0', c: '2.0.0' });
  });

  it('move even when the plugin in the way is only reached through another', async () => {
    const shop = await createWorkshop();
    await list(shop, 'a 1.0.0: c; x', 'x 1.0.0: b', 'b 1.0.0: c<2.0.0', 'c 1.0.0');
    await shop.installer().install('a');
    await list(shop, 'a 2.0.0: c>=2.0.0; x>=2.0.0', 'x 2.0.0: b>=2.0.0', 'b 2.0.0', 'c 2.0.0');
    await shop.installer().install('a', { version: '2.0.0' });
    expect(await versionsIn(shop)).toEqual({ a: '2.0.0', b: '2.0.0', c: '2.0.0', x: '2.0.0' });
  });

  it('are asked for by what is installed as well: a version that breaks it is refused, naming who needs what', async () => {
    const shop = await createWorkshop();
    await list(shop, 'b 1.0.0', 'b 1.5.0', 'b 2.0.0', 'a 1.0.0: b<1.5.0');
    await shop.installer().install('a');
    const before = await snapshot(shop.pluginsDir);
    const refused = await failure(shop.installer().install('b', { version: '2.0.0' }));
    expect(refused.code).toBe('DEPENDENCY_UNSATISFIED');
    expect(refused.message).toContain('a 1.0.0 needs b <1.5.0');
    expect(await snapshot(shop.pluginsDir)).toEqual(before);
    expect((await shop.installer().install('b')).manifest.version).toBe('1.0.0');
  });

  it('without a version that fits are refused, naming who needs what', async () => {
    const shop = await createWorkshop();
    await list(shop, 'a 1.0.0: b; c', 'b 1.0.0: d>=2.0.0', 'c 1.0.0: d<2.0.0', 'd 1.0.0', 'd 2.0.0');
    const refused = await failure(shop.installer().install('a'));
    expect(refused.code).toBe('DEPENDENCY_UNSATISFIED');
    expect(refused.message).toBe(
      'b 1.0.0 needs d >=2.0.0, but c 1.0.0 needs d <2.0.0 and a 1.0.0 needs b and c; so a cannot be installed.',
    );
  });

  it('that nobody lists are refused', async () => {
    const shop = await createWorkshop();
    await list(shop, 'a 1.0.0: ghost>=1.0.0');
    const refused = await failure(shop.installer().install('a'));
    expect(refused.code).toBe('DEPENDENCY_UNSATISFIED');
    expect(refused.message).toBe(
      'a 1.0.0 needs ghost >=1.0.0, but ghost is not in the registry; so a cannot be installed.',
    );
  });

  it('of a source come from the registry, and without a registry are refused', async () => {
    const shop = await createWorkshop();
    await list(shop, 'b 1.0.0');
    await shop.local('a', { name: 'a', dependencies: ['b'] });
    expect(await failure(shop.installer({ registry: undefined }).install('local://a'))).toMatchObject({
      code: 'DEPENDENCY_UNSATISFIED',
    });
    await shop.installer().install('local://a');
    expect(await versionsIn(shop)).toEqual({ a: '1.0.0', b: '1.0.0' });
  });

  it('are not taken from the registry over an installed plugin of another source', async () => {
    const shop = await createWorkshop();
    await shop.local('b', { name: 'b' });
    await shop.installer().install('local://b');
    await list(shop, 'b 2.0.0', 'ok 1.0.0: b', 'a 1.0.0: b>=2.0.0');
    await shop.installer().install('ok');
    const refused = await failure(shop.installer().install('a'));
    expect(refused.code).toBe('DEPENDENCY_UNSATISFIED');
    expect(refused.message).toContain('b is installed as 1.0.0 from another source than the registry, local://b');
  });

  it.each([
    ['two', ['a 1.0.0: b', 'b 1.0.0: a'], 'a → b → a'],
    ['three', ['a 1.0.0: b', 'b 1.0.0: c', 'c 1.0.0: a>=1.0.0'], 'a → b → c → a'],
    ['two below', ['a 1.0.0: b', 'b 1.0.0: c', 'c 1.0.0: b'], 'b → c → b'],
  ])('in a circle of %s are refused with the circle', async (_, lines, circle) => {
    const shop = await createWorkshop();
    await list(shop, ...lines);
    const refused = await failure(shop.installer().install('a'));
    expect(refused.code).toBe('DEPENDENCY_CYCLE');
    expect(refused.message).toContain(`plugins need each other in a circle: ${circle}`);
    expect(refused.message).toMatch(/; so a cannot be installed\.$/);
  });

  it('on itself are refused as a circle', async () => {
    const shop = await createWorkshop();
    await shop.local('a', { name: 'a', dependencies: ['a>=1.0.0'] });
    const refused = await failure(shop.installer().install('local://a'));
    expect(refused.code).toBe('DEPENDENCY_CYCLE');
    expect(refused.message).toContain('a → a');
    await shop.local('b', { name: 'b', dependencies: ['b>=2.0.0'] });
    expect(await failure(shop.installer().install('local://b'))).toMatchObject({
      code: 'DEPENDENCY_UNSATISFIED',
      message: 'b 1.0.0 needs b >=2.0.0; so b cannot be installed.',
    });
  });

  it('that no combination of versions meets are refused at once, however many there are', async () => {
    const shop = await createWorkshop();
    const names = Array.from({ length: 10 }, (_, index) => `p${index}`);
    for (const name of names) {
      for (const version of ['1.0.0', '1.1.0', '1.2.0']) await shop.register({ name, version, dependencies: [] });
    }
    await shop.register({ name: 'last', dependencies: ['p0>=9.0.0'] });
    await shop.register({ name: 'a', dependencies: [...names, 'last'] });
    const refused = await failure(shop.installer().install('a'));
    expect(refused.code).toBe('DEPENDENCY_UNSATISFIED');
    expect(refused.message).toContain('last 1.0.0 needs p0 >=9.0.0');
  });
});

describe('all or nothing', () => {
  it('leaves the plugins folder byte-identical when a dependency fails to verify', async () => {
    const shop = await createWorkshop();
    const trustedKeys = { [AUTHOR]: shop.signer.publicKey };
    await shop.publish({ name: 'old' });
    await shop.installer({ trustedKeys }).install('old');
    const before = await snapshot(shop.pluginsDir);
    const link = await readlink(shop.pluginsDir);
    await shop.publish({ name: 'bad' }, undefined, { sign: false });
    await shop.publish({ name: 'a', dependencies: ['old', 'bad'] });
    expect(await failure(shop.installer({ trustedKeys }).install('a'))).toMatchObject({ code: 'SIGNATURE_MISSING' });
    expect(await snapshot(shop.pluginsDir)).toEqual(before);
    expect(await readlink(shop.pluginsDir)).toBe(link);
  });

  it('heals a damaged dependency in the same version', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'base' });
    await shop.publish({ name: 'a', dependencies: ['base'] });
    await shop.installer().install('a');
    await shop.publish({ name: 'base', version: '2.0.0' });
    await writeFile(join(shop.pluginsDir, 'base/index.js'), 'evil');
    const { installed } = await shop.installer().install('a');
    expect(installed).toMatchObject([
      { name: 'a', change: 'kept' },
      { name: 'base', change: 'healed', version: '1.0.0' },
    ]);
    expect(await shop.installer().listInstalled()).toMatchObject([{ intact: true }, { intact: true }]);
  });

  it('heals a damaged dependency of a source, and refuses when the source has moved on', async () => {
    const shop = await createWorkshop();
    await shop.local('base', { name: 'base' });
    await shop.installer().install('local://base');
    await list(shop, 'a 1.0.0: base');
    await writeFile(join(shop.pluginsDir, 'base/index.js'), 'evil');
    expect((await shop.installer().install('a')).installed[1]).toMatchObject({ name: 'base', change: 'healed' });
    await writeFile(join(shop.pluginsDir, 'base/index.js'), 'evil');
    await shop.local('base', { name: 'base', version: '1.1.0' }, { 'index.js': 'newer' });
    const refused = await failure(shop.installer().install('a'));
    expect(refused.code).toBe('TREE_TAMPERED');
    expect(refused.message).toContain('index.js');
    expect(refused.hint).toContain('local://base');
  });

  it('refuses to heal from a registry that no longer lists the version', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'base' });
    await shop.publish({ name: 'a', dependencies: ['base'] });
    await shop.installer().install('a');
    await shop.registry.unregister('base');
    await writeFile(join(shop.pluginsDir, 'base/index.js'), 'evil');
    expect(await failure(shop.installer().install('a'))).toMatchObject({ code: 'TREE_TAMPERED' });
  });
});
