import { readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Keyring } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { AUTHOR, createWorkshop, failure, orphans, snapshot, type Workshop } from './workshop.js';

const FILES = { 'index.js': 'export const run = () => 1;\n', 'lib/a.js': 'export const a = 1;\n' };
const NEXT = { 'index.js': 'export const run = () => 2;\n', 'lib/a.js': 'export const a = 1;\n' };

/** Generation 1 has a 1.0.0, 2 has a 2.0.0, 3 has b as well, 4 has b alone. */
async function fourGenerations(): Promise<Workshop> {
  const shop = await createWorkshop();
  await shop.publish({ name: 'a' }, FILES);
  await shop.publish({ name: 'b' });
  let day = 1;
  const now = () => new Date(Date.UTC(2026, 0, day++));
  await shop.installer({ now }).install('a');
  await shop.publish({ name: 'a', version: '2.0.0' }, NEXT);
  for (const name of ['a', 'b']) await shop.installer({ now }).install(name);
  await shop.installer({ now }).uninstall('a');
  return shop;
}

async function treeOf(shop: Workshop, generation: number, name: string): Promise<string> {
  const link = await readlink(join(shop.stateDir, 'generations', String(generation), name));
  return join(shop.stateDir, 'store/trees', link.split('/').at(-1) ?? '');
}

describe('history', () => {
  it('tells of each generation when, by what, and what it changed', async () => {
    const shop = await fourGenerations();
    const history = await shop.installer().history();
    expect(history.map(({ generation, current, action, plugins }) => [generation, current, action, plugins])).toEqual([
      [4, true, 'uninstall a', 1],
      [3, false, 'install b', 2],
      [2, false, 'install a', 1],
      [1, false, 'install a', 1],
    ]);
    expect(history.map(({ changes }) => changes)).toEqual([
      [{ name: 'a', change: 'removed', from: '2.0.0' }],
      [{ name: 'b', change: 'installed', to: '1.0.0' }],
      [{ name: 'a', change: 'updated', from: '1.0.0', to: '2.0.0' }],
      [{ name: 'a', change: 'installed', to: '1.0.0' }],
    ]);
    expect(history.every(({ at }) => at?.getUTCFullYear() === 2026)).toBe(true);
  });

  it('is empty before the first install, and survives notes that are lost or forged', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    expect(await shop.installer().history()).toEqual([]);
    await shop.installer().install('a');
    for (const text of ['{', 'null', '{"at":1,"action":2}', '{"at":"soon","action":"x"}']) {
      await writeFile(join(shop.stateDir, 'generations/1.json'), text);
      expect((await shop.installer().history())[0]).toMatchObject({ generation: 1, plugins: 1 });
      expect((await shop.installer().history())[0]).not.toHaveProperty('action');
    }
    await writeFile(
      join(shop.stateDir, 'generations/1.json'),
      '{"at":"2026-01-01T00:00:00Z","action":"x\\u001b[31m\\u202e"}',
    );
    expect((await shop.installer().history())[0]?.action).toBe('x\\u001b[31m\\u202e');
    await rm(join(shop.stateDir, 'generations/1.json'));
    expect((await shop.installer().history())[0]).not.toHaveProperty('at');
  });

  it('keeps as many generations as it is told, ten by default, and the current one always', async () => {
    const shop = await createWorkshop();
    for (const name of ['a', 'b']) await shop.register({ name });
    for (let round = 0; round < 6; round += 1) {
      for (const name of ['a', 'b']) await shop.installer().install(name);
      await shop.installer().uninstall(round % 2 === 0 ? 'a' : 'b');
    }
    expect(await shop.installer().history()).toHaveLength(10);
    expect((await shop.installer().history()).at(-1)).not.toHaveProperty('changes');
    for (const [keepGenerations, left] of [
      [3, 3],
      [0, 1],
      [Number.NaN, 1],
      [-5, 1],
    ] as const) {
      await shop.installer({ keepGenerations }).install('b');
      await shop.installer({ keepGenerations }).uninstall('b');
      expect(await shop.installer().history()).toHaveLength(left);
      expect(await shop.installer().verifyInstalled()).toMatchObject([{ name: 'a', intact: true }]);
    }
    expect(await orphans(shop.stateDir, { keep: 1 })).toEqual([]);
  });
});

describe('rollback', () => {
  it('goes back to the generation before, and from there forth again', async () => {
    const shop = await fourGenerations();
    const before = await snapshot(shop.pluginsDir);
    const back = await shop.installer().rollback();
    expect(back).toEqual({
      generation: 5,
      restored: 3,
      changes: [{ name: 'a', change: 'installed', to: '2.0.0' }],
      healed: [],
    });
    expect(await shop.installer().listInstalled()).toMatchObject([
      { name: 'a', version: '2.0.0', intact: true },
      { name: 'b', intact: true },
    ]);
    expect((await shop.installer().history())[0]).toMatchObject({ generation: 5, action: 'rollback 3' });
    expect(await shop.installer().rollback()).toMatchObject({ generation: 6, restored: 4 });
    expect(await snapshot(shop.pluginsDir)).toEqual(before);
  });

  it('goes back to any kept generation, byte for byte', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, FILES);
    await shop.installer().install('a');
    const first = await snapshot(shop.pluginsDir);
    await shop.publish({ name: 'a', version: '2.0.0' }, NEXT);
    await shop.installer().install('a');
    await shop.installer().uninstall('a');
    expect(await shop.installer().rollback(1)).toMatchObject({
      generation: 4,
      changes: [{ name: 'a', change: 'installed', to: '1.0.0' }],
    });
    expect(await snapshot(shop.pluginsDir)).toEqual(first);
  });

  it('to a generation that is not kept, or never was, is refused', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    expect(await failure(shop.installer().rollback())).toMatchObject({ code: 'GENERATION_NOT_FOUND' });
    await shop.installer().install('a');
    for (const number of [undefined, 0, 1, 2, -1, 1.5]) {
      expect(await failure(shop.installer().rollback(number))).toMatchObject({ code: 'GENERATION_NOT_FOUND' });
    }
    expect(await shop.installer().history()).toHaveLength(1);
  });

  it('heals a plugin of it from the store', async () => {
    const shop = await fourGenerations();
    await writeFile(join(await treeOf(shop, 1, 'a'), 'index.js'), 'tampered');
    expect(await shop.installer().rollback(1)).toMatchObject({ healed: ['a'] });
    expect(await shop.installer().verifyInstalled()).toMatchObject([{ name: 'a', version: '1.0.0', intact: true }]);
    expect(await readFile(join(shop.pluginsDir, 'a/index.js'), 'utf8')).toBe(FILES['index.js']);
  });

  it('is refused when a plugin of it is damaged and the store is as well; nothing changes', async () => {
    const shop = await fourGenerations();
    const tree = await treeOf(shop, 1, 'a');
    await rm(tree, { recursive: true });
    await rm(join(shop.stateDir, 'store/files'), { recursive: true });
    const before = await snapshot(shop.pluginsDir);
    const refused = await failure(shop.installer().rollback(1));
    expect(refused).toMatchObject({ code: 'TREE_TAMPERED', hint: expect.stringContaining('store cannot heal') });
    expect(await snapshot(shop.pluginsDir)).toEqual(before);
    expect(await shop.installer().history()).toHaveLength(4);
  });

  it('does not bring back what was signed with a key that is revoked since, healed or not', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, FILES);
    const trustedKeys = Keyring.from({ [AUTHOR]: shop.signer.publicKey });
    await shop.installer({ trustedKeys }).install('a');
    await shop.installer({ trustedKeys }).uninstall('a');
    expect(await shop.installer({ trustedKeys }).rollback(1)).toMatchObject({ generation: 3 });
    await shop.installer({ trustedKeys }).uninstall('a');
    trustedKeys.revoke(shop.signer.keyId);
    expect(await failure(shop.installer({ trustedKeys }).rollback(1))).toMatchObject({ code: 'UNTRUSTED_AUTHOR' });
    await writeFile(join(await treeOf(shop, 1, 'a'), 'index.js'), 'tampered');
    expect(await failure(shop.installer({ trustedKeys }).rollback(1))).toMatchObject({ code: 'UNTRUSTED_AUTHOR' });
    expect(await shop.installer({ trustedKeys }).listInstalled()).toEqual([]);
  });

  it('does not bring back what the policy denies by now, but what was never checked', async () => {
    const shop = await fourGenerations();
    const deny = { beforeCommit: () => ({ deny: 'no', rule: 'no-a' }) as const };
    expect(await failure(shop.installer({ policy: deny }).rollback(1))).toMatchObject({ code: 'POLICY_DENIED' });
    expect(await shop.installer({ trustedKeys: {} }).rollback(1)).toMatchObject({ restored: 1 });
  });

  it('stops when aborted', async () => {
    const shop = await fourGenerations();
    const reason = new Error('enough');
    await expect(shop.installer().rollback(1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('gc', () => {
  it('removes what the kept generations do not need, and says how much', async () => {
    const shop = await fourGenerations();
    const installer = shop.installer();
    expect(await installer.gc()).toMatchObject({ generations: 0, trees: 0, files: 0, bytes: 0 });
    const manifest = join(await treeOf(shop, 2, 'a'), 'agent-plugin.yaml');
    const last = (await readFile(manifest)).length + NEXT['index.js'].length;
    const first = (await readFile(join(await treeOf(shop, 1, 'a'), 'agent-plugin.yaml'))).length;
    // b has the very index.js of a 1.0.0, and a 2.0.0 its lib/a.js: the store has each once.
    expect(await installer.gc({ keep: 3 })).toMatchObject({ generations: 1, trees: 1, files: 1, bytes: first });
    expect(await installer.gc({ keep: 1 })).toMatchObject({
      generations: 2,
      trees: 1,
      files: 3,
      bytes: last + FILES['lib/a.js'].length,
    });
    expect(await orphans(shop.stateDir, { keep: 1, afterGc: true })).toEqual([]);
    expect(await installer.verifyInstalled()).toMatchObject([{ name: 'b', intact: true }]);
    expect((await installer.history()).map(({ generation }) => generation)).toEqual([4]);
    expect(await failure(installer.rollback())).toMatchObject({ code: 'GENERATION_NOT_FOUND' });
  });

  it('clears what does not belong into the store, and follows no link out of it', async () => {
    const shop = await fourGenerations();
    const { symlink, mkdir } = await import('node:fs/promises');
    const victim = join(shop.dir, 'victim');
    await mkdir(victim);
    await writeFile(join(victim, 'thesis.txt'), 'precious');
    await symlink(victim, join(shop.stateDir, 'store/files/zz'));
    await mkdir(join(shop.stateDir, 'store/files/yy/x'), { recursive: true });
    await writeFile(join(shop.stateDir, 'store/files/stray'), '1');
    await writeFile(join(shop.stateDir, 'store/records/stray.json'), '1');
    await shop.installer().gc();
    expect(await orphans(shop.stateDir, { afterGc: true })).toEqual([]);
    expect(await readdir(join(shop.stateDir, 'store/files'))).not.toContain('zz');
    expect(await readFile(join(victim, 'thesis.txt'), 'utf8')).toBe('precious');
  });

  it('of an empty workspace has nothing to do', async () => {
    const shop = await createWorkshop();
    expect(await shop.installer().gc()).toMatchObject({ generations: 0, trees: 0, files: 0, bytes: 0 });
  });
});
