import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallerOptions } from '@agentmesh/installer';
import { createManifest, formatManifest } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { AUTHOR, createWorkshop, failure, type Workshop } from './workshop.js';

const FIELDS = { name: 'mine', description: 'd', author: AUTHOR, plugin_type: 'validator' } as const;

interface Bench {
  readonly shop: Workshop;
  readonly project: string;
  readonly options: Partial<InstallerOptions>;
  write(text: string, version?: string): Promise<void>;
  lock(): Promise<{ readonly plugins: Record<string, Record<string, unknown>> }>;
}

/** A project whose folder `tools/mine` holds a plugin that somebody works on. */
async function openBench(): Promise<Bench> {
  const shop = await createWorkshop();
  const project = join(shop.dir, 'project');
  const options = { projectDir: project, developmentDir: project };
  const write: Bench['write'] = async (text, version = '1.0.0') => {
    await mkdir(join(project, 'tools/mine'), { recursive: true });
    await writeFile(
      join(project, 'tools/mine/agent-plugin.yaml'),
      formatManifest(createManifest({ ...FIELDS, version })),
    );
    await writeFile(join(project, 'tools/mine/index.js'), `export const run = () => ${JSON.stringify(text)};\n`);
  };
  await write('first');
  return {
    shop,
    project,
    options,
    write,
    lock: async () => JSON.parse(await readFile(join(project, 'agentmesh.lock'), 'utf8')),
  };
}

describe('a folder under development', () => {
  it('is installed by its path, and marked unpinned wherever it is shown', async () => {
    const { shop, project, options, lock } = await openBench();
    const installer = shop.installer(options);
    const result = await installer.install('./tools/mine');
    const source = 'local://./tools/mine';
    expect(result.plugins).toMatchObject([{ name: 'mine', source, resolved: source, unpinned: true }]);
    expect(await installer.listInstalled()).toMatchObject([{ name: 'mine', source, unpinned: true, intact: true }]);
    expect((await lock()).plugins.mine).toMatchObject({ source, resolved: source, unpinned: true });
    expect(await readFile(join(project, 'agentmesh.yaml'), 'utf8')).toContain(source);
  });

  it('may change its content under one version, again and again', async () => {
    const { shop, options, write } = await openBench();
    const installer = shop.installer(options);
    await installer.install('./tools/mine');
    for (const text of ['second', 'third']) {
      await write(text);
      const result = await installer.install('./tools/mine');
      expect(result.plugins).toMatchObject([{ change: 'replaced', version: '1.0.0' }]);
      expect(await readFile(join(shop.pluginsDir, 'mine/index.js'), 'utf8')).toContain(text);
    }
    await write('fourth');
    expect((await installer.update(['mine'])).plugins).toMatchObject([{ change: 'replaced' }]);
  });

  it('may not go back to an older version by itself, nor take the place of another plugin', async () => {
    const { shop, options, write } = await openBench();
    await write('x', '2.0.0');
    const installer = shop.installer(options);
    await installer.install('./tools/mine');
    await write('x', '1.0.0');
    expect((await failure(installer.install('./tools/mine'))).code).toBe('DOWNGRADE_REFUSED');
    await installer.uninstall('mine');
    await shop.publish({ name: 'mine' });
    await installer.install('mine');
    expect((await failure(installer.install('./tools/mine'))).code).toBe('NAME_COLLISION');
  });

  it('stays as it was installed while something else is', async () => {
    const { shop, options, write } = await openBench();
    const installer = shop.installer(options);
    await installer.install('./tools/mine');
    await write('second');
    await shop.publish({ name: 'other' });
    await installer.install('other');
    expect(await readFile(join(shop.pluginsDir, 'mine/index.js'), 'utf8')).toContain('first');
  });

  it('is restored from the store, and says how to take it as it is now where that lost it', async () => {
    const { shop, options, write } = await openBench();
    await shop.installer(options).install('./tools/mine');
    await write('second');
    const fresh = { ...options, pluginsDir: join(shop.dir, 'elsewhere/plugins') };
    const refused = await failure(shop.installer(fresh).restore({ frozen: true }));
    expect(refused).toMatchObject({ code: 'LOCK_MISMATCH', hint: expect.stringContaining('agentmesh plugin link') });
    await write('first');
    expect((await shop.installer(fresh).restore({ frozen: true })).plugins).toMatchObject([{ change: 'installed' }]);
  });

  it.each(['.', './', './tools/mine/..//mine/', '../project/tools/mine'])('may be written as %s', async (path) => {
    const { shop, project, options } = await openBench();
    const developmentDir = path.startsWith('./t') || path.startsWith('..') ? project : join(project, 'tools/mine');
    const result = await shop.installer({ ...options, developmentDir }).install(path);
    const spec = developmentDir === project ? './tools/mine' : './';
    expect(result.plugins).toMatchObject([{ source: `local://${spec}` }]);
  });

  it('may lie beside the project, be named by its whole path, and be reached through a link', async () => {
    const { shop, project, options } = await openBench();
    await symlink(join(project, 'tools/mine'), join(shop.dir, 'beside'));
    const installer = shop.installer(options);
    const result = await installer.install(join(shop.dir, 'beside'));
    expect(result.plugins).toMatchObject([{ source: 'local://../beside' }]);
  });

  it('is refused where pinned sources are required, and where the folder is gone', async () => {
    const { shop, project, options } = await openBench();
    const pinned = shop.installer({ ...options, policy: { pinned: 'required' } });
    expect((await failure(pinned.install('./tools/mine'))).code).toBe('SOURCE_UNPINNED');
    await rm(join(project, 'tools'), { recursive: true });
    expect((await failure(shop.installer(options).install('./tools/mine'))).code).toBe('SOURCE_NOT_FOUND');
  });

  it('is no source of a server, nor one that is written with its scheme', async () => {
    const { shop, project } = await openBench();
    const server = shop.installer({ projectDir: project });
    expect((await failure(server.install('./tools/mine'))).code).toBe('NAME_INVALID');
    expect((await failure(server.install('local://./tools/mine'))).code).toBe('SOURCE_SYNTAX');
    await writeFile(join(project, 'agentmesh.yaml'), 'plugins:\n  mine: local://./tools/mine\n');
    expect((await failure(server.restore())).code).toBe('SOURCE_SYNTAX');
  });

  it('is no way out for a version of somebody else that changed: the lock alone does not make it one', async () => {
    const { shop, project, options } = await openBench();
    await shop.local('other', { name: 'other' });
    const installer = shop.installer(options);
    await installer.install('local://other');
    const path = join(project, 'agentmesh.lock');
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text.replace('"source": "local://other"', '"source": "local://other",\n      "unpinned": true'),
    );
    await shop.local('other', { name: 'other' }, { 'index.js': 'export const run = () => 2;\n' });
    expect((await failure(installer.install('local://other'))).code).toBe('VERSION_RETAGGED');
  });
});

describe('pinned sources', () => {
  it('are asked for by the policy, of the resolver', async () => {
    const shop = await createWorkshop();
    const asked: unknown[] = [];
    const sources = {
      has: () => true,
      fetch: async (_source: unknown, _target: string, options: { pinned?: 'required' | undefined } = {}) => {
        asked.push(options.pinned);
        throw new Error('enough');
      },
    };
    await expect(shop.installer({ sources, policy: { pinned: 'required' } }).install('x://y')).rejects.toThrow(
      'enough',
    );
    await expect(shop.installer({ sources }).install('x://y')).rejects.toThrow('enough');
    expect(asked).toEqual(['required', undefined]);
  });
});
