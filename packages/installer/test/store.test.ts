import { chmod, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallRegistry } from '@agentmesh/installer';
import { Keyring } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { AUTHOR, createWorkshop, failure, orphans, snapshot, type Workshop } from './workshop.js';

const FILES = {
  'index.js': 'export const run = () => 1;\n',
  'run.sh': '#!/bin/sh\n',
  'lib/a.js': 'a',
  'lib/same.js': 'a',
  'lib/empty.js': '',
};

/** The workshop's registry, and how many archives were read from it. */
function counting({ registry }: Workshop): { readonly registry: InstallRegistry; reads: number } {
  const counted = {
    reads: 0,
    registry: {
      versions: (name) => registry.versions(name),
      readArtifact: (entry, options) => {
        counted.reads += 1;
        return registry.readArtifact(entry, options);
      },
    } satisfies InstallRegistry as InstallRegistry,
  };
  return counted;
}

async function storeFiles({ stateDir }: Workshop): Promise<readonly string[]> {
  const entries = await readdir(join(stateDir, 'store/files'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

async function installedOnce(): Promise<Workshop> {
  const shop = await createWorkshop();
  await shop.publish({ name: 'a' }, FILES);
  await shop.installer().install('a');
  return shop;
}

describe('the store', () => {
  it('keeps each content once, by its hash, read-only', async () => {
    const shop = await installedOnce();
    const files = await storeFiles(shop);
    expect(files).toHaveLength(5);
    const modes = await Promise.all(files.map(async (path) => (await lstat(path)).mode & 0o777));
    expect(modes.sort()).toEqual([0o444, 0o444, 0o444, 0o444, 0o555]);
    const { createHash } = await import('node:crypto');
    for (const path of files) {
      const hash = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      expect(path.endsWith(`${hash.slice(0, 2)}/${hash.slice(2)}`)).toBe(true);
    }
    const installed = await lstat(join(shop.pluginsDir, 'a/run.sh'));
    expect([installed.mode & 0o777, installed.nlink]).toEqual([0o755, 1]);
  });

  it('gives back what was installed before, without an archive, byte for byte', async () => {
    const shop = await installedOnce();
    const before = await snapshot(shop.pluginsDir);
    await shop.installer().uninstall('a');
    const counted = counting(shop);
    await shop.installer({ registry: counted.registry }).install('a');
    expect(counted.reads).toBe(0);
    expect(await snapshot(shop.pluginsDir)).toEqual(before);
    expect(await orphans(shop.stateDir)).toEqual([]);
  });

  it('shares files between versions and plugins', async () => {
    const shop = await installedOnce();
    await shop.publish({ name: 'a', version: '2.0.0' }, { ...FILES, 'lib/a.js': 'A' });
    await shop.publish({ name: 'b' }, FILES);
    for (const name of ['a', 'b']) await shop.installer().install(name);
    // Two manifests and one changed file came to the five.
    expect(await storeFiles(shop)).toHaveLength(8);
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['changed in place', (path) => writeFile(path, 'A')],
    ['shortened', (path) => writeFile(path, '')],
    ['removed', (path) => rm(path)],
    [
      'swapped for a link to the right bytes',
      (path) =>
        writeFile(`${path}.x`, 'a')
          .then(() => rm(path))
          .then(() => symlink(`${path}.x`, path)),
    ],
    ['swapped for a folder', (path) => rm(path).then(() => mkdir(path))],
  ])('does not give out a file that was %s: it comes from the registry again', async (_, tamper) => {
    const shop = await installedOnce();
    const before = await snapshot(shop.pluginsDir);
    await shop.installer().uninstall('a');
    const [target = ''] = (await storeFiles(shop)).filter((path) => path.includes('/ca/978112'));
    await chmod(target, 0o644);
    await tamper(target);
    const counted = counting(shop);
    await shop.installer({ registry: counted.registry }).install('a');
    expect(counted.reads).toBe(1);
    expect(await snapshot(shop.pluginsDir)).toEqual(before);
    await shop.installer().uninstall('a');
    await shop.installer({ registry: counted.registry }).install('a');
    expect(counted.reads).toBe(1);
  });

  it('does not give out by a forged record', async () => {
    const shop = await installedOnce();
    const before = await snapshot(shop.pluginsDir);
    const [name = ''] = await readdir(join(shop.stateDir, 'store/records'));
    const path = join(shop.stateDir, 'store/records', name);
    const record = JSON.parse(await readFile(path, 'utf8'));
    const [first, ...rest] = record.files;
    const forged = [
      '{',
      '[]',
      'null',
      '{"files":[{}]}',
      JSON.stringify({ ...record, files: rest }),
      JSON.stringify({ ...record, integrity: 'sha512-x' }),
      JSON.stringify({ ...record, integrity: 1 }),
      JSON.stringify({ ...record, files: [{ ...first, path: '../../../../escaped' }, ...rest] }),
      JSON.stringify({ ...record, files: [{ ...first, sha256: '../../../../../etc/passwd' }, ...rest] }),
      JSON.stringify({ ...record, files: [first, first, ...rest] }),
      JSON.stringify({ ...record, files: [{ ...first, path: 'index.js/x' }, ...rest] }),
      JSON.stringify({ ...record, files: [{ ...first, sha256: rest[0].sha256, size: rest[0].size }, ...rest] }),
    ];
    for (const text of forged) {
      await shop.installer().uninstall('a');
      await writeFile(path, text);
      const counted = counting(shop);
      await shop.installer({ registry: counted.registry }).install('a');
      expect([counted.reads, text]).toEqual([1, text]);
      expect(await snapshot(shop.pluginsDir)).toEqual(before);
    }
    expect(await readdir(shop.dir)).not.toContain('escaped');
  });

  it('does not grow a small store into a large plugin: a record is held to the limits of a tree', async () => {
    const shop = await installedOnce();
    await shop.installer().uninstall('a');
    const counted = counting(shop);
    const limits = { maxBytes: 200 };
    await failure(shop.installer({ registry: counted.registry, limits }).install('a'));
    expect(counted.reads).toBe(1);
  });

  it('is asked after trust as ever: what it has of a key that is revoked does not come back', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, FILES);
    const trustedKeys = Keyring.from({ [AUTHOR]: shop.signer.publicKey });
    await shop.installer({ trustedKeys }).install('a');
    await shop.installer({ trustedKeys }).uninstall('a');
    trustedKeys.revoke(shop.signer.keyId);
    expect(await failure(shop.installer({ trustedKeys }).install('a'))).toMatchObject({ code: 'UNTRUSTED_AUTHOR' });
  });

  it('that came with a project and leads elsewhere is written to nowhere', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, { 'lib/a.js': 'a' });
    const victim = join(shop.dir, 'victim');
    await mkdir(victim);
    await mkdir(join(shop.stateDir, 'store/files'), { recursive: true });
    await symlink(victim, join(shop.stateDir, 'store/files/ca'));
    expect(await failure(shop.installer().install('a'))).toMatchObject({ code: 'PLUGINS_DIR_FOREIGN' });
    expect(await readdir(victim)).toEqual([]);
  });
});

describe('with hard links', () => {
  it('an installed file is the one of the store, read-only, and verifies', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, FILES);
    const installer = shop.installer({ linkFiles: 'hardlink' });
    await installer.install('a');
    // The warm one shares the file with the tree of generation 1 as well.
    for (const [round, links] of [
      ['cold', 2],
      ['warm', 3],
    ] as const) {
      const stats = await lstat(join(shop.pluginsDir, 'a/run.sh'));
      expect([round, stats.mode & 0o777, stats.nlink]).toEqual([round, 0o555, links]);
      expect(await installer.verifyInstalled()).toMatchObject([{ intact: true }]);
      await installer.uninstall('a');
      await installer.install('a');
    }
    await chmod(join(shop.pluginsDir, 'a/run.sh'), 0o755);
    expect(await shop.installer().verifyInstalled()).toMatchObject([
      { intact: false, differences: [{ path: 'run.sh', kind: 'mode' }] },
    ]);
  });

  it('a file that was edited in place is found in the store too, and fetched again', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, FILES);
    const installer = shop.installer({ linkFiles: 'hardlink' });
    await installer.install('a');
    await chmod(join(shop.pluginsDir, 'a/lib/a.js'), 0o644);
    await writeFile(join(shop.pluginsDir, 'a/lib/a.js'), 'A');
    expect(await installer.repair()).toMatchObject([{ name: 'a', from: 'source' }]);
    expect(await installer.verifyInstalled()).toMatchObject([{ intact: true }]);
    expect(await readFile(join(shop.pluginsDir, 'a/lib/a.js'), 'utf8')).toBe('a');
  });

  it('a plugin whose files the store had as copies is read-only all the same', async () => {
    const shop = await installedOnce();
    await shop.installer().uninstall('a');
    const installer = shop.installer({ linkFiles: 'hardlink' });
    await installer.install('a');
    expect(await installer.verifyInstalled()).toMatchObject([{ intact: true }]);
    await shop.publish({ name: 'b' }, FILES);
    await installer.install('b');
    expect(await installer.verifyInstalled()).toMatchObject([{ intact: true }, { intact: true }]);
  });
});
