import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listTree } from '@agentmesh/artifact';
import { isMarketplaceError } from '@agentmesh/errors';
import { loadManifest } from '@agentmesh/manifest';
import { PluginSandbox, PluginSandboxError, type VerifiedTree } from '@agentmesh/sandbox';
import { describe, expect, it } from 'vitest';
import { freshFolder, installPlugin, sandboxWith } from './box.js';

const FILES = { 'index.js': "exports.run = () => require('./lib.js').n;", 'lib.js': 'exports.n = 1;' };

describe('which plugin', () => {
  it.each(['..', '.', '../x', 'a/b', 'a\\b', '/etc', '', 'nul', 'x\0y', '-x', 'ünïcode'])(
    'is never a path: %j',
    async (plugin) => {
      const { sandbox } = await sandboxWith(FILES);
      await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({
        code: 'SANDBOX_INVALID_CALL',
      });
    },
  );

  it('must be installed, as a folder', async () => {
    const { sandbox, pluginsDir } = await sandboxWith(FILES);
    await writeFile(join(pluginsDir, 'a-file'), '');
    await symlink(join(pluginsDir, 'gone'), join(pluginsDir, 'dangling'));
    for (const plugin of ['absent', 'a-file', 'dangling']) {
      const failure: unknown = await sandbox.execute({ plugin, function: 'run' }).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PluginSandboxError);
      expect(isMarketplaceError(failure)).toBe(true);
      expect(failure).toMatchObject({ code: 'PLUGIN_NOT_INSTALLED', message: `Plugin ${plugin} is not installed` });
    }
  });

  it('is named when its name was mistyped', async () => {
    const { sandbox, plugin } = await sandboxWith(FILES);
    const call = sandbox.execute({ plugin: plugin.replace('under', 'uner'), function: 'run' });
    await expect(call).rejects.toMatchObject({ code: 'PLUGIN_NOT_INSTALLED', hint: `Did you mean ${plugin}?` });
  });

  it('must have a function named', async () => {
    const { sandbox, plugin } = await sandboxWith(FILES);
    await expect(sandbox.execute({ plugin, function: '' })).rejects.toMatchObject({ code: 'SANDBOX_INVALID_CALL' });
  });
});

describe('the tree', () => {
  it.each<[string, (root: string) => Promise<unknown>]>([
    ['a changed file', (root) => writeFile(join(root, 'lib.js'), 'exports.n = 2;')],
    ['an added file', (root) => writeFile(join(root, 'extra.txt'), '')],
    [
      'an added node_modules',
      (root) => mkdir(join(root, 'node_modules')).then(() => writeFile(join(root, 'node_modules/x.js'), '')),
    ],
    ['a missing file', (root) => rm(join(root, 'lib.js'))],
  ])('with %s does not run', async (_, tamper) => {
    const { sandbox, plugin, pluginsDir } = await sandboxWith(FILES);
    expect((await sandbox.execute({ plugin, function: 'run' })).result).toBe(1);
    await tamper(join(pluginsDir, plugin));
    await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({ code: 'TREE_TAMPERED' });
  });

  it('with a link in it does not run', async () => {
    const { sandbox, plugin, pluginsDir } = await sandboxWith(FILES);
    await symlink('/etc/hostname', join(pluginsDir, plugin, 'data.js'));
    await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({ code: 'TREE_UNSAFE' });
  });

  it('without a digest does not run, and the hint says what would help', async () => {
    const { sandbox, plugin } = await sandboxWith({ files: FILES, manifest: { content_digest: undefined } });
    await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({
      code: 'INTEGRITY_UNKNOWN',
      hint: expect.stringContaining('verifyTree'),
    });
  });

  it('of another plugin does not run under this name', async () => {
    const { sandbox, pluginsDir } = await sandboxWith(FILES);
    await symlink(join(pluginsDir, 'plugin-under-test'), join(pluginsDir, 'other'));
    await expect(sandbox.execute({ plugin: 'other', function: 'run' })).rejects.toMatchObject({
      code: 'TREE_TAMPERED',
    });
  });

  it('that has a manifest alone has nothing to run', async () => {
    const { sandbox, plugin } = await sandboxWith({ files: {} });
    await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({ code: 'NO_ENTRY' });
  });

  it('is verified by the function that was handed in', async () => {
    const asked: string[] = [];
    const verifyTree = async (plugin: string): Promise<VerifiedTree> => {
      asked.push(plugin);
      throw new Error('not today');
    };
    const { sandbox, plugin } = await sandboxWith(
      { files: FILES, manifest: { content_digest: undefined } },
      { verifyTree },
    );
    await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toThrow('not today');
    expect(asked).toEqual([plugin]);
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['another text of the same length', (path) => writeFile(path, 'exports.n = 2;')],
    ['a longer text', (path) => writeFile(path, 'exports.n = 1;//')],
    ['a shorter text', (path) => writeFile(path, 'exports.n=1;')],
    ['nothing', (path) => rm(path)],
    ['a link', (path) => rm(path).then(() => symlink('/etc/hostname', path))],
    ['a folder', (path) => rm(path).then(() => mkdir(path))],
  ])('does not run with %s put in after it was verified', async (_, exchange) => {
    const pluginsDir = await freshFolder();
    const name = await installPlugin(pluginsDir, { files: FILES });
    const root = join(pluginsDir, name);
    const verifyTree = async (): Promise<VerifiedTree> => {
      const verified = { root, manifest: await loadManifest(root), files: (await listTree(root)).files };
      await exchange(join(root, 'lib.js'));
      return verified;
    };
    const sandbox = new PluginSandbox({ pluginsDir, verifyTree });
    await expect(sandbox.execute({ plugin: name, function: 'run' })).rejects.toMatchObject({
      code: 'TREE_TAMPERED',
      message: 'lib.js changed after the plugin was verified',
    });
  });

  it('with too much source does not run', async () => {
    const { sandbox, plugin } = await sandboxWith(FILES, { limits: { sourceBytes: 20 } });
    await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({ code: 'PLUGIN_TOO_LARGE' });
  });
});

describe('the engine', () => {
  it('that is not there is named, and how to have it', async () => {
    const { sandbox, plugin } = await sandboxWith(
      { files: { 'plugin_under_test.py': 'def run(x): return x' } },
      {
        ...{ isolation: 'process', minimumIsolation: 'process', pythonPath: '/nowhere/python3' },
      },
    );
    await expect(sandbox.execute({ plugin, function: 'run' })).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      hint: expect.stringContaining('pythonPath'),
    });
  });

  it('node may be asked for by name', async () => {
    const { sandbox, plugin } = await sandboxWith({ files: FILES, manifest: { engine: 'node' } });
    expect(await sandbox.execute({ plugin, function: 'run' })).toMatchObject({ result: 1, engine: 'node' });
  });
});
