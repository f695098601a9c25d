import { execFileSync } from 'node:child_process';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Keyring } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { AUTHOR, createWorkshop, failure, type Workshop } from './workshop.js';

const FILES = { 'index.js': 'export const run = () => 1;\n', 'lib/a.js': 'export const a = 1;\n' };

interface Stamped {
  readonly shop: Workshop;
  readonly path: string;
  readonly stamps: string;
  /** Path of the plugin's stamp. */
  readonly stamp: string;
}

/** A plugin that was verified in full after the clock's tick in which it was installed. */
async function stamped(): Promise<Stamped> {
  const shop = await createWorkshop();
  await shop.publish({ name: 'a' }, FILES);
  const { path } = await shop.installer().install('a');
  await sleep(20);
  await shop.installer().verifyInstalled();
  const stamps = join(shop.stateDir, 'store/verified');
  const [name = ''] = await readdir(stamps);
  return { shop, path, stamps, stamp: join(stamps, name) };
}

/** Makes the stamp fit what is there, as one could who may write into the store. */
async function forge(stamp: string, root: string): Promise<void> {
  const { entries } = JSON.parse(await readFile(stamp, 'utf8'));
  const real = await realpath(root);
  for (const path of Object.keys(entries)) {
    const stats = await lstat(join(real, path), { bigint: true });
    entries[path] = [stats.size, stats.mode, stats.mtimeNs, stats.ctimeNs, stats.ino, stats.dev].join(' ');
  }
  await writeFile(stamp, JSON.stringify({ entries }));
}

describe('the check before a run', () => {
  it('does not read again what has not changed since it was read in full; verify does', async () => {
    const { shop, path, stamp } = await stamped();
    await writeFile(join(path, 'lib/a.js'), 'export const a = 2;\n');
    await forge(stamp, path);
    expect(await shop.installer().verifyTree('a')).toMatchObject({ manifest: { name: 'a' } });
    const [report] = await shop.installer().verifyInstalled();
    expect(report?.differences).toEqual([{ path: 'lib/a.js', kind: 'changed' }]);
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['a byte changed, size and times put back', (path) => sneak(join(path, 'lib/a.js'))],
    ['a file replaced by one with the same size and times', (path) => swap(join(path, 'lib/a.js'))],
    ['an added file', (path) => writeFile(join(path, 'lib/x.js'), '')],
    ['an added folder with a file', (path) => mkdir(join(path, 'y')).then(() => writeFile(join(path, 'y/x.js'), ''))],
    ['a removed file', (path) => rm(join(path, 'lib/a.js'))],
    ['another mode', (path) => chmod(join(path, 'lib/a.js'), 0o755)],
    [
      'a link to a twin',
      (path) =>
        rename(join(path, 'lib/a.js'), join(path, '../../twin')).then(() =>
          symlink('../../../twin', join(path, 'lib/a.js')),
        ),
    ],
    [
      'a folder swapped for a link to its twin',
      (path) => rename(join(path, 'lib'), join(path, '../../lib')).then(() => symlink('../../lib', join(path, 'lib'))),
    ],
  ])('sees %s', async (_, tamper) => {
    const { shop, path } = await stamped();
    expect(await shop.installer().verifyTree('a')).toMatchObject({ manifest: { name: 'a' } });
    await tamper(path);
    expect(await failure(shop.installer().verifyTree('a'))).toMatchObject({ code: 'TREE_TAMPERED' });
  });

  it.each([['{'], ['null'], ['{}'], ['{"entries":1}'], ['{"entries":{}}'], ['{"entries":{"../../\\u0000":"x"}}']])(
    'reads in full where the stamp says %s',
    async (text) => {
      const { shop, path, stamp } = await stamped();
      await writeFile(stamp, text);
      expect(await shop.installer().verifyTree('a')).toMatchObject({ manifest: { name: 'a' } });
      await writeFile(join(path, 'index.js'), 'x');
      await writeFile(stamp, text);
      expect(await failure(shop.installer().verifyTree('a'))).toMatchObject({ code: 'TREE_TAMPERED' });
    },
  );

  it('takes no word for the records: a list, a lock or a link that was changed is found all the same', async () => {
    const { shop, path, stamp } = await stamped();
    const lock = join(shop.pluginsDir, 'agentmesh.lock');
    await writeFile(lock, (await readFile(lock, 'utf8')).replace(/h1:[^"]*/, 'h1:x'));
    await forge(stamp, path);
    expect(await failure(shop.installer().verifyTree('a'))).toMatchObject({ code: 'TREE_TAMPERED' });
  });

  it('asks for the signature every time', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, FILES);
    const trustedKeys = Keyring.from({ [AUTHOR]: shop.signer.publicKey });
    await shop.installer({ trustedKeys }).install('a');
    await sleep(20);
    await shop.installer({ trustedKeys }).verifyTree('a');
    await shop.installer({ trustedKeys }).verifyTree('a');
    trustedKeys.revoke(shop.signer.keyId);
    expect(await failure(shop.installer({ trustedKeys }).verifyTree('a'))).toMatchObject({ code: 'UNTRUSTED_AUTHOR' });
  });

  it('remembers nothing of a tree that changed in the very moment it was read', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, FILES);
    const { path } = await shop.installer().install('a');
    await sleep(20);
    const later = new Date(Date.now() + 3_600_000);
    await utimes(join(path, 'index.js'), later, later);
    await shop.installer().verifyInstalled();
    expect(await readdir(join(shop.stateDir, 'store/verified'))).toEqual([]);
  });

  it('remembers nothing of a tree that is not intact, and leaves no other files behind', async () => {
    const { shop, path, stamps } = await stamped();
    await rm(stamps, { recursive: true });
    await writeFile(join(path, 'index.js'), 'x');
    await shop.installer().verifyInstalled();
    expect(await readdir(stamps)).toEqual([]);
  });

  it('writes no stamp through a link that came with a project', async () => {
    const { shop, stamps } = await stamped();
    const victim = join(shop.dir, 'victim');
    await mkdir(victim);
    await rm(stamps, { recursive: true });
    await symlink(victim, stamps);
    await shop.installer().verifyTree('a');
    expect(await readdir(victim)).toEqual([]);
  });

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'works in a workspace that may only be read',
    async () => {
      const { shop, stamps } = await stamped();
      await rm(stamps, { recursive: true });
      const program = `
        import { PluginInstaller } from '@agentmesh/installer';
        const installer = new PluginInstaller({ pluginsDir: ${JSON.stringify(shop.pluginsDir)} });
        console.log((await installer.verifyTree('a')).manifest.name);`;
      const file = join(import.meta.dirname, '../../../test/support/source-hooks.mjs');
      // A mount that nobody may write to, for this one process.
      const script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"';
      const child = [process.execPath, '--import', file, '--input-type=module', '--eval', program];
      const args = ['--mount', '--', 'sh', '-c', script, 'sh', shop.stateDir, ...child];
      const out = execFileSync('unshare', args, { encoding: 'utf8', cwd: import.meta.dirname });
      expect(out.trim()).toBe('a');
      expect(await readdir(join(shop.stateDir, 'store'))).not.toContain('verified');
    },
  );
});

async function sneak(path: string): Promise<void> {
  const { atime, mtime } = await lstat(path);
  const bytes = await readFile(path);
  bytes[3] = (bytes[3] ?? 0) ^ 1;
  await writeFile(path, bytes);
  await utimes(path, atime, mtime);
}

async function swap(path: string): Promise<void> {
  const { atime, mtime } = await lstat(path);
  await writeFile(`${path}.new`, (await readFile(path, 'utf8')).replace('1', '2'));
  await utimes(`${path}.new`, atime, mtime);
  await rename(`${path}.new`, path);
}
