import { mkdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PluginInstaller } from '@agentmesh/installer';
import { describe, expect, it } from 'vitest';
import { createWorkshop, failure, orphans, snapshot, temporaryFolder } from './workshop.js';

describe('the plugins folder', () => {
  it('may be an empty folder, which becomes the link', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    await mkdir(shop.pluginsDir, { recursive: true });
    expect(await shop.installer().listInstalled()).toEqual([]);
    await shop.installer().install('a');
    expect(await readlink(shop.pluginsDir)).toBe('generations/1');
  });

  it('with files that are not ours is refused and not touched', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    await mkdir(shop.pluginsDir, { recursive: true });
    await writeFile(join(shop.pluginsDir, 'precious'), '1');
    const before = await snapshot(shop.stateDir);
    const installer = shop.installer();
    const calls = [() => installer.install('a'), () => installer.listInstalled(), () => installer.uninstall('a')];
    for (const call of calls) expect(await failure(call())).toMatchObject({ code: 'PLUGINS_DIR_FOREIGN' });
    expect(await snapshot(shop.stateDir)).toEqual(before);
  });

  it.each(['store', 'store/stage', 'store/trees', 'generations'])(
    'of a cloned project whose %s is a link is refused, and nothing behind the link is touched',
    async (place) => {
      const shop = await createWorkshop();
      await shop.register({ name: 'a' });
      const victim = join(shop.dir, 'victim');
      await mkdir(join(victim, 'docs'), { recursive: true });
      await writeFile(join(victim, 'docs/thesis.txt'), 'precious');
      await mkdir(dirname(join(shop.stateDir, place)), { recursive: true });
      await symlink(victim, join(shop.stateDir, place));
      const before = await snapshot(victim);
      const installer = shop.installer();
      for (const call of [() => installer.install('a'), () => installer.uninstall('a')]) {
        expect(await failure(call())).toMatchObject({ code: 'PLUGINS_DIR_FOREIGN' });
      }
      expect(await snapshot(victim)).toEqual(before);
    },
  );

  it.runIf(process.platform === 'linux')('whose notes are an endless device is refused at once', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    await shop.installer().install('a');
    const lock = join(shop.pluginsDir, 'agentmesh.lock');
    await rm(lock);
    await symlink('/dev/zero', lock);
    expect(await failure(shop.installer().listInstalled())).toMatchObject({ code: 'FILE_NOT_REGULAR' });
  });

  it('that is a file, or a link to somewhere else, is refused', async () => {
    const shop = await createWorkshop();
    await mkdir(join(shop.stateDir, 'elsewhere/generations/1'), { recursive: true });
    await writeFile(shop.pluginsDir, '');
    expect(await failure(shop.installer().listInstalled())).toMatchObject({ code: 'PLUGINS_DIR_FOREIGN' });
    for (const target of ['elsewhere', 'elsewhere/generations/1', 'generations/x', 'generations', '/']) {
      await rm(shop.pluginsDir);
      await symlink(target, shop.pluginsDir);
      expect(await failure(shop.installer().listInstalled())).toMatchObject({ code: 'PLUGINS_DIR_FOREIGN' });
    }
  });

  it('of any other name keeps its state beside it, or where it is told', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    const other = join(shop.dir, 'vendored');
    await new PluginInstaller({ pluginsDir: other, registry: shop.registry }).install('a');
    expect(await readlink(other)).toBe('vendored.state/generations/1');
    const third = join(shop.dir, 'deep/er/third');
    const stateDir = join(shop.dir, 'state');
    const installer = new PluginInstaller({ pluginsDir: third, stateDir, registry: shop.registry });
    await installer.install('a');
    expect(await readlink(third)).toBe('../../state/generations/1');
    expect(await installer.verifyInstalled()).toMatchObject([{ name: 'a', intact: true }]);
    expect(await readFile(join(third, 'a/agent-plugin.yaml'), 'utf8')).toContain('name: a');
  });

  it('works behind a link to its parent, and after its parent has moved', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    await shop.register({ name: 'b' });
    await mkdir(join(shop.dir, 'real/deep'), { recursive: true });
    await symlink('real/deep', join(shop.dir, 'short'));
    const at = (dir: string) =>
      new PluginInstaller({ pluginsDir: join(dir, 'x'), stateDir: join(dir, 's'), registry: shop.registry });
    await at(join(shop.dir, 'short')).install('a');
    await rename(join(shop.dir, 'real/deep'), join(shop.dir, 'moved'));
    await at(join(shop.dir, 'moved')).install('b');
    expect((await at(join(shop.dir, 'moved')).listInstalled()).map(({ name, intact }) => [name, intact])).toEqual([
      ['a', true],
      ['b', true],
    ]);
  });

  it('that was removed counts as empty, and what it stood for is swept away', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    await shop.installer().install('a');
    await rm(shop.pluginsDir);
    expect(await shop.installer().listInstalled()).toEqual([]);
    expect((await shop.installer().install('a')).installed[0]?.change).toBe('installed');
    expect(await orphans(shop.stateDir)).toEqual([]);
  });
});

describe('the lock', () => {
  it.each([
    ['{'],
    ['[]'],
    ['{"lockfile_version":2,"plugins":{}}'],
    ['{"lockfile_version":1,"plugins":{"../x":{}}}'],
    ['{"lockfile_version":1,"plugins":{"a":1}}'],
    ['{"lockfile_version":1,"plugins":{"a":{"version":1}}}'],
    [
      '{"lockfile_version":1,"plugins":{"a":{"version":"1","source":"s","resolved":"r","content_digest":"h","dependencies":[1]}}}',
    ],
    [
      '{"lockfile_version":1,"plugins":{"a":{"version":"1","source":"s","resolved":"r","content_digest":"h","dependencies":[]}}}',
    ],
  ])('that reads %s is STATE_CORRUPT, never empty', async (text) => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    await shop.installer().install('a');
    await writeFile(join(shop.pluginsDir, 'agentmesh.lock'), text);
    expect(await failure(shop.installer().listInstalled())).toMatchObject({ code: 'STATE_CORRUPT' });
    expect(await failure(shop.installer().install('a'))).toMatchObject({ code: 'STATE_CORRUPT' });
  });

  it('that is missing is STATE_CORRUPT, and removing the link begins anew', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    await shop.installer().install('a');
    await rm(join(shop.pluginsDir, 'agentmesh.lock'));
    expect(await failure(shop.installer().listInstalled())).toMatchObject({ code: 'STATE_CORRUPT' });
    await rm(shop.pluginsDir);
    await shop.installer().install('a');
    expect(await shop.installer().listInstalled()).toMatchObject([{ intact: true }]);
  });

  it('is the same bytes for the same plugins, whatever the order they came in', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    await shop.register({ name: 'b' });
    const lock = async (...names: readonly string[]): Promise<string> => {
      const pluginsDir = join(await temporaryFolder(), 'plugins');
      for (const name of names) await new PluginInstaller({ pluginsDir, registry: shop.registry }).install(name);
      return readFile(join(pluginsDir, 'agentmesh.lock'), 'utf8');
    };
    expect(await lock('a', 'b')).toBe(await lock('b', 'a'));
  });
});

describe('what a killed process left', () => {
  it('is removed by the next change: stages, half a generation, trees, a link not yet in place', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    await shop.register({ name: 'b' });
    await shop.installer().install('a');
    for (const dir of ['store/stage/x/y', 'generations/2', 'generations/9', 'store/trees/half-1.0.0-x-y']) {
      await mkdir(join(shop.stateDir, dir), { recursive: true });
    }
    await writeFile(join(shop.stateDir, 'store/trees/gone.json'), '{}');
    await symlink('generations/2', join(shop.stateDir, `.${basename(shop.pluginsDir)}.next`));
    await shop.installer().install('b');
    expect((await shop.installer().listInstalled()).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await orphans(shop.stateDir)).toEqual([]);
  });

  it('is completed when the old link was gone and the new one ready', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    await shop.register({ name: 'b' });
    await shop.installer().install('a');
    await rename(shop.pluginsDir, join(shop.stateDir, '.plugins.next'));
    await shop.installer().install('b');
    expect((await shop.installer().listInstalled()).map(({ name }) => name)).toEqual(['a', 'b']);
  });
});
