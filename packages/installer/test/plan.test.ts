import type { InstallPlan, InstallProgress } from '@agentmesh/installer';
import { saveManifest } from '@agentmesh/manifest';
import type { SourceResolver } from '@agentmesh/resolver';
import { SourceRegistry } from '@agentmesh/resolver';
import { describe, expect, it } from 'vitest';
import { checkOut } from './project.js';
import { AUTHOR, createWorkshop, failure, manifestOf, snapshot, writeFiles } from './workshop.js';

describe('the plan of an install', () => {
  it('says versions, sources, keys, sizes, permissions and what changes; a dry run stops there', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'base' });
    await shop.publish({ name: 'a', dependencies: ['base'], permissions: { net: ['x.example:1'] } });
    const trustedKeys = { [AUTHOR]: shop.signer.publicKey };
    const project = await checkOut(shop);
    const plans: InstallPlan[] = [];
    const options = { dryRun: true, onPlan: (plan: InstallPlan) => void plans.push(plan) };
    const result = await project.installer({ trustedKeys }).install('a', options);
    expect(result.changed).toBe(false);
    expect(plans).toMatchObject([
      {
        plugins: [
          {
            name: 'a',
            version: '1.0.0',
            change: 'installed',
            source: 'registry://a',
            resolved: 'registry://a@1.0.0',
            keyId: shop.signer.keyId,
            permissions: { net: ['x.example:1'] },
            permissionDiff: { added: ['net x.example:1'] },
          },
          { name: 'base', change: 'installed' },
        ],
        removed: [],
        refused: [],
      },
    ]);
    expect(plans[0]?.plugins[0]?.bytes).toBeGreaterThan(100);
    expect(await snapshot(project.pluginsDir)).toEqual({});
    await expect(project.read('agentmesh.yaml')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('tells for each plugin how it got on', async () => {
    const shop = await createWorkshop();
    for (const name of ['a', 'b']) await shop.publish({ name });
    const seen: InstallProgress[] = [];
    await shop.installer({ onProgress: (progress) => seen.push(progress) }).install(['a', 'b']);
    for (const plugin of ['a', 'b']) {
      const phases = seen.filter((progress) => progress.plugin === plugin).map(({ phase }) => phase);
      expect(phases).toEqual(['fetching', 'checking', 'ready']);
    }
  });
});

describe('several plugins at once', () => {
  it('are fetched side by side, no more than allowed', async () => {
    const shop = await createWorkshop();
    let running = 0;
    let most = 0;
    const slow: SourceResolver = {
      scheme: 'slow',
      async fetch(spec, target) {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 20));
        await writeFiles(target, { 'index.js': spec });
        await saveManifest(manifestOf({ name: spec }), target);
        running -= 1;
        return { name: spec, resolved: `slow://${spec}` };
      },
    };
    const sources = new SourceRegistry().register(slow);
    const names = Array.from({ length: 9 }, (_, at) => `slow://p${at}`);
    await shop.installer({ sources, concurrency: 3 }).install(names);
    expect(most).toBe(3);
    await shop.installer({ sources, pluginsDir: `${shop.pluginsDir}2` }).install(names);
    expect(most).toBe(8);
  });

  it('are refused together, each named, and nothing is installed', async () => {
    const shop = await createWorkshop();
    for (const name of ['a', 'b']) await shop.publish({ name }, { 'index.js': "import 'node:fs';" });
    await shop.publish({ name: 'c' });
    const refused = await failure(shop.installer().install(['a', 'b', 'c']));
    expect(refused.code).toBe('RESTRICTED_IMPORT');
    expect(refused.message).toMatch(/2 plugins were refused:\n- a imports[\s\S]*\n- b imports/);
    expect(await snapshot(shop.pluginsDir)).toEqual({});
  });

  it('are named once each, and a version means a single one', async () => {
    const shop = await createWorkshop();
    for (const name of ['a', 'b']) await shop.publish({ name });
    for (const [names, options] of [
      [[], {}],
      [['a', 'a@1.0.0'], {}],
      [['a', 'b'], { version: '1.0.0' }],
    ] as const) {
      expect(await failure(shop.installer().install(names, options))).toMatchObject({ code: 'USAGE' });
    }
  });
});

describe('the rails of a change', () => {
  it('refuse an older version, with both digests, unless that is meant', async () => {
    const shop = await createWorkshop();
    for (const version of ['1.0.0', '1.1.0']) await shop.publish({ name: 'a', version }, { 'index.js': version });
    const { installed } = await shop.installer().install('a');
    const refused = await failure(shop.installer().install('a@1.0.0'));
    expect(refused.code).toBe('DOWNGRADE_REFUSED');
    expect(refused.message).toContain(installed[0]?.digest);
    expect(refused.message.match(/h1:/g)).toHaveLength(2);
    expect(refused.hint).toContain('--allow-downgrade');
    const { plugins } = await shop.installer().install('a@1.0.0', { allowDowngrade: true });
    expect(plugins).toMatchObject([{ change: 'downgraded', from: { version: '1.1.0' } }]);
  });

  it('refuse an older dependency as well', async () => {
    const shop = await createWorkshop();
    for (const version of ['1.0.0', '2.0.0']) await shop.publish({ name: 'base', version });
    await shop.publish({ name: 'a', dependencies: ['base<2.0.0'] });
    await shop.installer().install('base');
    expect(await failure(shop.installer().install('a'))).toMatchObject({ code: 'DOWNGRADE_REFUSED' });
  });

  it('refuse other files under a version that is installed, with both digests, unless that is meant', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, { 'index.js': 'first' });
    const { installed } = await shop.installer().install('a');
    await shop.registry.unregister('a');
    const { manifest } = await shop.publish({ name: 'a' }, { 'index.js': 'second' });
    const refused = await failure(shop.installer().install('a'));
    expect(refused.code).toBe('VERSION_RETAGGED');
    expect(refused.message).toContain(installed[0]?.digest);
    expect(refused.message).toContain(manifest.content_digest);
    const { plugins } = await shop.installer().install('a', { allowRetag: true });
    expect(plugins).toMatchObject([{ change: 'replaced' }]);
  });

  it('refuse another manifest under a version that is installed', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    await shop.installer().install('a');
    await shop.registry.unregister('a');
    await shop.publish({ name: 'a', permissions: { net: ['evil.example:1'] } });
    const refused = await failure(shop.installer().install('a'));
    expect(refused.code).toBe('VERSION_RETAGGED');
    expect(refused.message.match(/sha512-/g)).toHaveLength(2);
  });

  it('refuse other files under a version that the lock of the project names, installed or not', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, { 'index.js': 'first' });
    const [one, two] = [await checkOut(shop, 'one'), await checkOut(shop, 'two')];
    await one.installer().install('a');
    await two.write('agentmesh.lock', await one.read('agentmesh.lock'));
    await shop.registry.unregister('a');
    await shop.publish({ name: 'a' }, { 'index.js': 'second' });
    expect(await failure(two.installer().install('a'))).toMatchObject({ code: 'VERSION_RETAGGED' });
  });
});

describe('what runs a JavaScript plugin', () => {
  it('is found out once when its files come, and kept in the lock', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'js' });
    await shop.publish({ name: 'own', engine: 'node' });
    await shop.publish({ name: 'py' }, { 'main.py': 'x = 1\n' });
    const tried: string[] = [];
    const installer = shop.installer({
      chooseEngine: async ({ manifest, root, contentDigest }) => {
        tried.push(manifest.name);
        expect(Object.keys(await snapshot(root))).toContain('index.js');
        expect(contentDigest).toBe(manifest.content_digest);
        return 'quickjs';
      },
    });
    const { plugins } = await installer.install(['js', 'own', 'py']);
    expect(plugins.map(({ name, engine }) => [name, engine])).toEqual([
      ['js', 'quickjs'],
      ['own', 'node'],
      ['py', undefined],
    ]);
    expect((await installer.install('js')).plugins).toMatchObject([{ change: 'kept', engine: 'quickjs' }]);
    expect(await installer.verifyTree('js')).toMatchObject({ engine: 'quickjs' });
    expect(tried).toEqual(['js']);
  });

  it('is not tried in a dry run, nor before the permissions are granted', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'js', permissions: { env: ['KEY'] } });
    const project = await checkOut(shop);
    let tried = 0;
    const chooseEngine = async () => {
      tried += 1;
      return undefined;
    };
    await project.installer({ chooseEngine }).install('js', { dryRun: true });
    await failure(project.installer({ chooseEngine }).install('js'));
    expect(tried).toBe(0);
    await project.installer({ chooseEngine }).install('js', { allowPermissions: true });
    expect(tried).toBe(1);
  });
});
