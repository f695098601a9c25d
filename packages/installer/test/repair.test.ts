import { chmod, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Keyring } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { AUTHOR, createWorkshop, failure, orphans, snapshot, type Workshop } from './workshop.js';

const FILES = { 'index.js': 'export const run = () => 1;\n', 'lib/a.js': 'a' };

async function installed(): Promise<Workshop> {
  const shop = await createWorkshop();
  await shop.publish({ name: 'a' }, FILES);
  await shop.publish({ name: 'b' }, { ...FILES, 'lib/b.js': 'b' });
  for (const name of ['a', 'b']) await shop.installer().install(name);
  return shop;
}

describe('repair', () => {
  it('of an intact workspace writes nothing', async () => {
    const shop = await installed();
    expect(await shop.installer().repair()).toEqual([]);
    expect(await shop.installer().history()).toHaveLength(2);
  });

  it.each<[string, (path: string) => Promise<unknown>, object]>([
    ['a changed file', (path) => writeFile(join(path, 'index.js'), 'x'), { path: 'index.js', kind: 'changed' }],
    ['an added file', (path) => writeFile(join(path, 'x'), ''), { path: 'x', kind: 'added' }],
    ['a missing file', (path) => rm(join(path, 'index.js')), { path: 'index.js', kind: 'missing' }],
    ['another mode', (path) => chmod(join(path, 'index.js'), 0o600), { path: 'index.js', kind: 'mode' }],
    [
      'a link',
      (path) => rm(join(path, 'lib/a.js')).then(() => symlink('../index.js', join(path, 'lib/a.js'))),
      { path: 'lib/a.js', kind: 'link' },
    ],
    ['a lost link to its folder', (path) => rm(path), { kind: 'record' }],
  ])('heals %s from the store, names it, and leaves other plugins alone', async (_, tamper, difference) => {
    const shop = await installed();
    const before = await snapshot(shop.pluginsDir);
    await tamper(join(shop.pluginsDir, 'a'));
    const nowhere = shop.installer({ registry: undefined, sources: undefined });
    const repaired = await nowhere.repair();
    expect(repaired).toMatchObject([{ name: 'a', version: '1.0.0', from: 'store' }]);
    expect(repaired[0]?.differences).toContainEqual(expect.objectContaining(difference));
    expect(await snapshot(shop.pluginsDir)).toEqual(before);
    expect(await shop.installer().verifyInstalled()).toMatchObject([{ intact: true }, { intact: true }]);
    expect((await shop.installer().history())[0]).toMatchObject({ action: 'repair', changes: [] });
    expect(await orphans(shop.stateDir)).toEqual([]);
  });

  it('heals from the registry what the store has lost, and one plugin alone when asked', async () => {
    const shop = await installed();
    const before = await snapshot(shop.pluginsDir);
    for (const name of ['a', 'b']) await writeFile(join(shop.pluginsDir, name, 'index.js'), 'x');
    await rm(join(shop.stateDir, 'store/files'), { recursive: true });
    expect(await shop.installer().repair('b')).toMatchObject([{ name: 'b', from: 'source' }]);
    expect(await shop.installer().verifyInstalled()).toMatchObject([{ intact: false }, { intact: true }]);
    // What b brought back is the same file.
    expect(await shop.installer({ registry: undefined }).repair('a')).toMatchObject([
      { name: 'a', problem: { code: expect.any(String) } },
    ]);
    expect(await shop.installer().repair()).toMatchObject([{ name: 'a', from: 'source' }]);
    expect(await snapshot(shop.pluginsDir)).toEqual(before);
  });

  it('heals what can be healed, and says of the rest why not', async () => {
    const shop = await installed();
    for (const name of ['a', 'b']) await writeFile(join(shop.pluginsDir, name, 'index.js'), 'x');
    const records = join(shop.stateDir, 'store/records');
    for (const name of await readdir(records)) {
      if (JSON.parse(await readFile(join(records, name), 'utf8')).name === 'a') await rm(join(records, name));
    }
    const repaired = await shop.installer({ registry: undefined }).repair();
    expect(repaired).toMatchObject([
      { name: 'a', problem: { code: 'TREE_TAMPERED' } },
      { name: 'b', from: 'store' },
    ]);
    expect(repaired[0]).not.toHaveProperty('from');
    expect(await shop.installer().verifyInstalled()).toMatchObject([{ intact: false }, { intact: true }]);
  });

  it('does not take other bytes for the same version from where it came', async () => {
    const shop = await createWorkshop();
    const folder = await shop.local('a', { name: 'a' }, FILES);
    await shop.installer().install('local://a');
    await rm(join(shop.stateDir, 'store/files'), { recursive: true });
    await writeFile(join(shop.pluginsDir, 'a/index.js'), 'x');
    await writeFile(join(folder, 'index.js'), 'changed since');
    expect(await shop.installer().repair()).toMatchObject([{ name: 'a', problem: { code: 'TREE_TAMPERED' } }]);
    await writeFile(join(folder, 'index.js'), FILES['index.js']);
    expect(await shop.installer().repair()).toMatchObject([{ name: 'a', from: 'source' }]);
  });

  it('does not bring back what is trusted no more', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, FILES);
    const trustedKeys = Keyring.from({ [AUTHOR]: shop.signer.publicKey });
    await shop.installer({ trustedKeys }).install('a');
    await writeFile(join(shop.pluginsDir, 'a/index.js'), 'x');
    trustedKeys.revoke(shop.signer.keyId);
    expect(await shop.installer({ trustedKeys }).repair()).toMatchObject([
      { name: 'a', problem: { code: 'UNTRUSTED_AUTHOR' } },
    ]);
  });

  it('knows names only', async () => {
    const shop = await installed();
    expect(await failure(shop.installer().repair('../a'))).toMatchObject({ code: 'NAME_INVALID' });
    expect(await failure(shop.installer().repair('c'))).toMatchObject({ code: 'NOT_INSTALLED' });
  });
});

describe('a workspace of an earlier version', () => {
  it('verifies as it is, and gets a store with the first change', async () => {
    const shop = await installed();
    const before = await snapshot(shop.pluginsDir);
    for (const place of ['files', 'records', 'verified']) {
      await rm(join(shop.stateDir, 'store', place), { recursive: true, force: true });
    }
    for (const name of await readdir(join(shop.stateDir, 'generations'))) {
      if (name.endsWith('.json')) await rm(join(shop.stateDir, 'generations', name));
    }
    expect(await shop.installer().verifyInstalled()).toMatchObject([{ intact: true }, { intact: true }]);
    expect(await shop.installer().history()).toMatchObject([{ generation: 2 }, { generation: 1 }]);
    await shop.publish({ name: 'c' }, FILES);
    await shop.installer().install('c');
    expect(await shop.installer().rollback(2)).toMatchObject({ restored: 2 });
    expect(await snapshot(shop.pluginsDir)).toEqual(before);
    await writeFile(join(shop.pluginsDir, 'a/index.js'), 'x');
    expect(await shop.installer().repair()).toMatchObject([{ name: 'a', from: 'source' }]);
    expect(await orphans(shop.stateDir)).toEqual([]);
  });
});
