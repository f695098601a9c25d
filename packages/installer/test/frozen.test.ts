import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SourceRegistry } from '@agentmesh/resolver';
import { describe, expect, it } from 'vitest';
import { type Checkout, checkOut, cloneInto } from './project.js';
import { createWorkshop, failure, snapshot, type Workshop } from './workshop.js';

async function twoCheckouts(): Promise<{ readonly shop: Workshop; readonly one: Checkout; readonly two: Checkout }> {
  const shop = await createWorkshop();
  await shop.publish({ name: 'base' });
  await shop.publish({ name: 'a', dependencies: ['base'] });
  const [one, two] = [await checkOut(shop, 'one'), await checkOut(shop, 'two')];
  await one.installer().install('a');
  await cloneInto(one, two);
  return { shop, one, two };
}

describe('a frozen install', () => {
  it('takes the lock as it is, and asks for no other version', async () => {
    const { shop, one, two } = await twoCheckouts();
    await shop.publish({ name: 'a', version: '2.0.0' });
    expect((await two.installer().restore({ frozen: true })).changed).toBe(true);
    expect(await snapshot(two.pluginsDir)).toEqual(await snapshot(one.pluginsDir));
    for (const file of ['agentmesh.yaml', 'agentmesh.lock']) expect(await two.read(file)).toBe(await one.read(file));
  });

  it.each([
    ['asks for more', 'plugins:\n  a: "*"\n  b: "*"\n', 'the lock does not have it'],
    ['asks for another version', 'plugins:\n  a: ">=2.0.0"\n', 'the lock has 1.0.0'],
    ['asks for another source', 'plugins:\n  a: local://a\n', 'from registry://a'],
    ['asks for less', 'plugins: {}\n', 'agentmesh.yaml does not have it'],
    ['asks for a dependency itself', 'plugins:\n  a: "*"\n  base: "*"\n', 'for others alone'],
    ['forces another version', 'plugins:\n  a: "*"\noverrides:\n  base: 2.0.0\n', 'needs base ==2.0.0'],
  ])('fails when agentmesh.yaml %s', async (_, text, message) => {
    const { two } = await twoCheckouts();
    await two.write('agentmesh.yaml', text);
    const refused = await failure(two.installer().restore({ frozen: true }));
    expect(refused.code).toBe('LOCK_OUTDATED');
    expect(refused.message).toContain(message);
    expect(await snapshot(two.pluginsDir)).toEqual({});
    expect(await two.read('agentmesh.yaml')).toBe(text);
  });

  it('fails without a lock, and for a lock that does not meet its own needs', async () => {
    const { one, two } = await twoCheckouts();
    const lock = JSON.parse(await one.read('agentmesh.lock'));
    delete lock.plugins.base;
    await two.write('agentmesh.lock', JSON.stringify(lock));
    expect(await failure(two.installer().restore({ frozen: true }))).toMatchObject({ code: 'LOCK_OUTDATED' });
    const shop = await createWorkshop();
    const bare = await checkOut(shop);
    await bare.write('agentmesh.yaml', 'plugins: {}\n');
    expect(await failure(bare.installer().restore({ frozen: true }))).toMatchObject({ code: 'LOCK_OUTDATED' });
  });

  it('writes no agentmesh.yaml where there is none, and leaves a lock without keys as it is', async () => {
    const { shop, one, two } = await twoCheckouts();
    const bare = await checkOut(shop, 'bare');
    await bare.write('agentmesh.lock', await one.read('agentmesh.lock'));
    const { trusted } = { trusted: { 'Ada <ada@example.org>': shop.signer.publicKey } };
    await bare.installer({ trustedKeys: trusted }).restore({ frozen: true });
    expect(await bare.read('agentmesh.lock')).toBe(await two.read('agentmesh.lock'));
    await expect(bare.read('agentmesh.yaml')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('knows at a glance when there is nothing to do, and only then', async () => {
    const { two } = await twoCheckouts();
    const light = () => two.installer({ registry: undefined, sources: undefined }).isRestored();
    expect(await light()).toBe(false);
    await two.installer().restore({ frozen: true });
    // A stamp is kept of what is older than the clock's last tick.
    await sleep(50);
    await two.installer().verifyInstalled();
    expect(await light()).toBe(true);
    const index = join(two.pluginsDir, 'a/index.js');
    const yaml = await two.read('agentmesh.yaml');
    await two.write('agentmesh.yaml', `${yaml}# more\n`);
    expect(await light()).toBe(false);
    await two.write('agentmesh.yaml', yaml);
    expect(await light()).toBe(true);
    const lock = await two.read('agentmesh.lock');
    await two.write('agentmesh.lock', lock.replace('"requested": true', '"requested": false'));
    expect(await light()).toBe(false);
    await two.write('agentmesh.lock', lock);
    await utimes(index, new Date(0), new Date(0));
    expect(await light()).toBe(false);
  });

  it('does not take the word of a workspace that came with a clone', async () => {
    const { two } = await twoCheckouts();
    await two.installer().restore({ frozen: true });
    await sleep(50);
    await two.installer().verifyInstalled();
    await writeFile(join(two.pluginsDir, 'a/index.js'), 'evil');
    expect(await two.installer().isRestored()).toBe(false);
    expect((await two.installer().restore({ frozen: true })).plugins).toContainEqual(
      expect.objectContaining({ name: 'a', change: 'healed' }),
    );
  });
});

describe('an offline install', () => {
  it('takes from the store what was there once, and touches neither registry nor sources', async () => {
    const shop = await createWorkshop();
    await shop.local('mine', { name: 'mine' });
    await shop.publish({ name: 'a' });
    const project = await checkOut(shop);
    await project.installer().install(['a', 'local://mine']);
    const files = [await project.read('agentmesh.yaml'), await project.read('agentmesh.lock')];
    await project.installer().uninstall('a');
    await project.installer().uninstall('mine');
    await project.write('agentmesh.yaml', files[0] ?? '');
    await project.write('agentmesh.lock', files[1] ?? '');
    const none = { registry: undefined, sources: undefined };
    const { plugins } = await project.installer(none).restore({ frozen: true, offline: true });
    expect(plugins.map(({ name, change }) => [name, change])).toEqual([
      ['a', 'installed'],
      ['mine', 'installed'],
    ]);
  });

  it('refuses a source behind a network before it is asked, and allows those that need none', async () => {
    const shop = await createWorkshop();
    await shop.local('mine', { name: 'mine' });
    const project = await checkOut(shop);
    let asked = 0;
    const sources = new SourceRegistry().register({
      scheme: 'far',
      fetch: async () => {
        asked += 1;
        throw new Error('the network was used');
      },
    });
    const call = project.installer({ sources }).install('far://x', { offline: true });
    expect(await failure(call)).toMatchObject({ code: 'OFFLINE' });
    expect(asked).toBe(0);
    const near = project.installer({ offlineSchemes: ['local'] }).install('local://mine', { offline: true });
    expect((await near).changed).toBe(true);
  });
});
