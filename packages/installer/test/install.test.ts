import { chmod, lstat, mkdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestTree } from '@agentmesh/artifact';
import { loadManifest } from '@agentmesh/manifest';
import { describe, expect, it } from 'vitest';
import { AUTHOR, createWorkshop, failure, orphans, snapshot } from './workshop.js';

const FILES = {
  'index.js': 'export const run = () => 1;\n',
  'lib/a.js': 'export const a = 1;\n',
  'bin/x': '#!/bin/sh\n',
};

describe('installing from the registry', () => {
  it('puts the files in place, verified, with the manifest as the author wrote it', async () => {
    const shop = await createWorkshop();
    const entry = await shop.publish({ name: 'word-count' }, FILES);
    const installer = shop.installer({ trustedKeys: { [AUTHOR]: shop.signer.publicKey } });
    const result = await installer.install('word-count');
    expect(result.path).toBe(join(shop.pluginsDir, 'word-count'));
    expect(result.verification).toBe('verified');
    expect(result.manifestOnly).toBe(false);
    expect(result.manifest).toEqual(entry.manifest);
    expect(result.installed).toEqual([
      {
        name: 'word-count',
        version: '1.0.0',
        change: 'installed',
        source: 'registry://word-count',
        resolved: 'registry://word-count@1.0.0',
        digest: entry.manifest.content_digest,
        bytes: expect.any(Number),
        keyId: shop.signer.keyId,
        verification: 'verified',
        manifestOnly: false,
        findings: [],
      },
    ]);
    const written = await readFile(join(shop.dir, 'work', '1', 'agent-plugin.yaml'));
    expect(await readFile(join(result.path, 'agent-plugin.yaml'))).toEqual(written);
    expect((await lstat(join(result.path, 'bin/x'))).mode & 0o777).toBe(0o755);
    expect((await lstat(join(result.path, 'index.js'))).mode & 0o777).toBe(0o644);
  });

  it('lays the state out as a link to a generation of links to trees, with the lock inside', async () => {
    const shop = await createWorkshop();
    const entry = await shop.publish({ name: 'a' });
    await shop.installer({ trustedKeys: { [AUTHOR]: shop.signer.publicKey } }).install('a');
    expect(await readlink(shop.pluginsDir)).toBe('generations/1');
    expect(await readlink(join(shop.stateDir, 'generations/1/a'))).toMatch(
      /^\.\.\/\.\.\/store\/trees\/a-1\.0\.0-[0-9a-f]{12}-[0-9a-f]{8}$/,
    );
    expect(await readFile(join(shop.pluginsDir, 'agentmesh.lock'), 'utf8')).toBe(
      `${JSON.stringify(
        {
          lockfile_version: 1,
          plugins: {
            a: {
              content_digest: entry.manifest.content_digest,
              dependencies: [],
              integrity: entry.artifact?.integrity,
              key_id: shop.signer.keyId,
              requested: true,
              resolved: 'registry://a@1.0.0',
              source: 'registry://a',
              version: '1.0.0',
            },
          },
        },
        null,
        2,
      )}\n`,
    );
    expect(await orphans(shop.stateDir)).toEqual([]);
  });

  it('takes the newest version, or the one asked for, or the newest in a range', async () => {
    const shop = await createWorkshop();
    for (const version of ['1.2.0', '1.10.0', '2.0.0']) await shop.publish({ name: 'a', version });
    const installer = shop.installer();
    expect((await installer.install('a', { version: '>=1.0.0,<2.0.0' })).manifest.version).toBe('1.10.0');
    const back = { allowDowngrade: true };
    expect((await installer.install('a', { version: '1.2.0', ...back })).manifest.version).toBe('1.2.0');
    expect((await installer.install('a')).manifest.version).toBe('2.0.0');
    expect((await installer.install('registry://a@1.2', back)).manifest.version).toBe('1.2.0');
  });

  it('says unverified without trusted keys, and skipped when told not to verify', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, undefined, { sign: false });
    expect((await shop.installer().install('a')).verification).toBe('unverified');
    const guarded = shop.installer({ trustedKeys: {} });
    expect((await guarded.install('a', { verify: false })).verification).toBe('skipped');
  });

  it('installs a manifest without files as a folder with its manifest alone', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'policy-only' });
    const result = await shop.installer().install('policy-only');
    expect(result.manifestOnly).toBe(true);
    expect(Object.keys(await snapshot(result.path))).toEqual(['agent-plugin.yaml']);
    expect(await loadManifest(result.path)).toEqual(result.manifest);
    expect(await shop.installer().listInstalled()).toMatchObject([
      { name: 'policy-only', manifestOnly: true, intact: true },
    ]);
    expect((await shop.installer().install('policy-only')).installed[0]?.change).toBe('kept');
  });

  it('warns of a deprecated version, which comes last, and gives a yanked one only to who asks for it', async () => {
    const shop = await createWorkshop();
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) await shop.publish({ name: 'a', version });
    await shop.registry.deprecate('a', '2.0.0', { reason: 'slow', successor: 'b' });
    await shop.registry.yank('a', '3.0.0', { reason: 'broken' });
    expect((await shop.installer().install('a')).manifest.version).toBe('1.0.0');
    const deprecated = await shop.installer().install('a', { version: '>=2.0.0' });
    expect(deprecated.installed[0]).toMatchObject({
      version: '2.0.0',
      findings: [{ code: 'deprecated', severity: 'warning' }],
    });
    expect(deprecated.installed[0]?.findings[0]?.message).toBe('a 2.0.0 is deprecated: slow; use b instead');
    const yanked = await shop.installer().install('a', { version: '3.0.0' });
    expect(yanked.installed[0]?.findings).toMatchObject([{ code: 'yanked' }]);
  });

  it('takes NAME@VERSION as npm does, and names what was perhaps meant', async () => {
    const shop = await createWorkshop();
    for (const version of ['1.0.0', '2.0.0']) await shop.publish({ name: 'validator', version });
    expect((await shop.installer().install('validator@1.0.0')).manifest.version).toBe('1.0.0');
    expect(await failure(shop.installer().install('valdator'))).toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
      hint: 'Did you mean validator?',
    });
    expect(await failure(shop.installer().install('./validator'))).toMatchObject({
      code: 'NAME_INVALID',
      hint: expect.stringContaining('local://'),
    });
  });

  it('refuses what is not listed with PLUGIN_NOT_FOUND, and a version that is not with VERSION_NOT_FOUND', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    expect(await failure(shop.installer().install('b'))).toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
    expect(await failure(shop.installer({ registry: undefined }).install('a'))).toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
    });
    const missing = await failure(shop.installer().install('a', { version: '2.0.0' }));
    expect(missing).toMatchObject({ code: 'VERSION_NOT_FOUND', hint: 'There is 1.0.0.' });
    expect(await failure(shop.installer().install('a', { version: 'latest' }))).toMatchObject({
      code: 'RANGE_INVALID',
    });
  });

  it.each(['../x', '.', '/etc', 'a/b', 'con', ''])('refuses %j as a name', async (name) => {
    const shop = await createWorkshop();
    expect(await failure(shop.installer().install(name))).toMatchObject({ code: 'NAME_INVALID' });
  });
});

describe('installing over what is there', () => {
  it('keeps the same version without writing anything', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    const installer = shop.installer();
    await installer.install('a');
    const before = await readlink(shop.pluginsDir);
    expect((await installer.install('a')).installed[0]?.change).toBe('kept');
    expect(await readlink(shop.pluginsDir)).toBe(before);
  });

  it('updates to a new version and leaves no file of the old one', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, { 'index.js': '1', 'old/gone.txt': 'x' });
    const installer = shop.installer();
    await installer.install('a');
    await shop.publish({ name: 'a', version: '1.1.0' }, { 'index.js': '2' });
    const result = await installer.install('a');
    expect(result.installed[0]?.change).toBe('updated');
    expect(Object.keys(await snapshot(result.path))).toEqual(['agent-plugin.yaml', 'index.js']);
    expect(await orphans(shop.stateDir)).toEqual([]);
  });

  it('heals a tampered plugin with a fresh tree, and never writes to a live one', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, FILES);
    const installer = shop.installer();
    const { path } = await installer.install('a');
    const whole = await snapshot(path);
    await writeFile(join(path, 'lib/a.js'), 'export const a = 2;\n');
    await writeFile(join(path, 'extra.js'), 'x');
    await chmod(join(path, 'index.js'), 0o755);
    const live = await readlink(join(shop.pluginsDir, 'a'));
    const result = await installer.install('a');
    expect(result.installed).toMatchObject([{ change: 'healed' }]);
    expect(await readlink(join(shop.pluginsDir, 'a'))).not.toBe(live);
    expect(await snapshot(path)).toEqual(whole);
    expect(await installer.verifyInstalled('a')).toMatchObject([{ intact: true }]);
  });

  it('keeps the old version byte for byte when an upgrade fails', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    const installer = shop.installer({ agentmeshVersion: '1.5.0' });
    await installer.install('a');
    const before = await snapshot(shop.pluginsDir);
    await shop.publish({ name: 'a', version: '2.0.0', min_agentmesh_version: '9.0.0' });
    expect(await failure(installer.install('a', { version: '2.0.0' }))).toMatchObject({ code: 'HOST_TOO_OLD' });
    expect(await snapshot(shop.pluginsDir)).toEqual(before);
    expect(await orphans(shop.stateDir)).toEqual([]);
  });

  it('carries other plugins over untouched, even a damaged one', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    await shop.publish({ name: 'b' });
    const installer = shop.installer();
    const { path } = await installer.install('a');
    await writeFile(join(path, 'index.js'), 'evil');
    await installer.install('b');
    expect(await readFile(join(path, 'index.js'), 'utf8')).toBe('evil');
    expect(await installer.listInstalled()).toMatchObject([
      { name: 'a', intact: false, differences: [{ path: 'index.js', kind: 'changed' }] },
      { name: 'b', intact: true },
    ]);
  });

  it('stops at an aborted signal with nothing changed', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    await expect(shop.installer().install('a', { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
    expect(await snapshot(shop.pluginsDir)).toEqual({});
  });
});

describe('installing from a source', () => {
  it('installs a local folder without what packing leaves out, and tells the source', async () => {
    const shop = await createWorkshop();
    const at = await shop.local(
      'mine',
      { name: 'mine' },
      { 'index.js': '1', 'node_modules/x/i.js': '', '.git/HEAD': 'x' },
    );
    const result = await shop.installer().install('local://mine');
    expect(result.installed).toMatchObject([{ source: 'local://mine', resolved: 'local://mine', change: 'installed' }]);
    expect(result.installed[0]?.digest).toBe(await digestTree(at, { view: 'packing' }));
    expect(Object.keys(await snapshot(result.path))).toEqual(['agent-plugin.yaml', 'index.js']);
  });

  it('takes the name from the manifest, and follows the folder when it is installed again', async () => {
    const shop = await createWorkshop();
    await shop.local('folder', { name: 'real-name' });
    const installer = shop.installer();
    expect((await installer.install('local://folder')).path).toBe(join(shop.pluginsDir, 'real-name'));
    expect((await installer.install('local://folder')).installed[0]?.change).toBe('kept');
    await shop.local('folder', { name: 'real-name' }, { 'index.js': 'export const run = () => 2;\n' });
    expect((await failure(installer.install('local://folder'))).code).toBe('VERSION_RETAGGED');
    expect((await installer.install('local://folder', { allowRetag: true })).installed[0]?.change).toBe('replaced');
    await writeFile(join(shop.pluginsDir, 'real-name/index.js'), 'evil');
    expect((await installer.install('local://folder')).installed[0]?.change).toBe('healed');
  });

  it('refuses a folder without a manifest, and a version that the source does not have', async () => {
    const shop = await createWorkshop();
    await mkdir(join(shop.localRoot, 'bare'));
    await writeFile(join(shop.localRoot, 'bare/index.js'), '');
    await shop.local('mine', { name: 'mine' });
    expect(await failure(shop.installer().install('local://bare'))).toMatchObject({ code: 'MANIFEST_NOT_FOUND' });
    expect(await failure(shop.installer().install('local://mine', { version: '2.0.0' }))).toMatchObject({
      code: 'VERSION_NOT_FOUND',
    });
  });

  it('passes on what the sources say: an unknown scheme, none at all, a bad spec', async () => {
    const shop = await createWorkshop();
    expect(await failure(shop.installer().install('gopher://x'))).toMatchObject({ code: 'SOURCE_SCHEME_UNKNOWN' });
    expect(await failure(shop.installer({ sources: undefined }).install('local://x'))).toMatchObject({
      code: 'SOURCE_SCHEME_UNKNOWN',
    });
    expect(await failure(shop.installer().install('local://../x'))).toMatchObject({ code: 'SOURCE_SYNTAX' });
    expect(await failure(shop.installer().install('registry://../x'))).toMatchObject({ code: 'NAME_INVALID' });
  });

  it('refuses a resolver that answers a name which is no plugin name', async () => {
    const shop = await createWorkshop();
    const sources = {
      has: () => true,
      fetch: async () => ({ name: '../../evil', resolved: 'x://y', source: { scheme: 'x', spec: 'y' } }),
    };
    expect(await failure(shop.installer({ sources }).install('x://y'))).toMatchObject({ code: 'NAME_INVALID' });
  });
});

describe('names that are taken', () => {
  it('refuses another source for an installed name and names both', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    await shop.local('a', { name: 'a' });
    await shop.installer().install('a');
    const refused = await failure(shop.installer().install('local://a'));
    expect(refused.code).toBe('NAME_COLLISION');
    expect(refused.message).toContain('local://a');
    expect(refused.message).toContain('registry://a');
    await shop.installer().uninstall('a');
    await shop.installer().install('local://a');
    expect(await failure(shop.installer().install('a'))).toMatchObject({ code: 'NAME_COLLISION' });
  });

  it('refuses two folders whose names differ by dot and dash and that hold the same plugin', async () => {
    const shop = await createWorkshop();
    await shop.local('a.b', { name: 'a-b' });
    await shop.local('a-b', { name: 'a-b' });
    await shop.installer().install('local://a.b');
    const refused = await failure(shop.installer().install('local://a-b'));
    expect(refused.code).toBe('NAME_COLLISION');
    expect(refused.message).toContain('local://a.b');
    expect(refused.message).toContain('local://a-b');
  });

  it('refuses a look-alike of an installed name', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'word-count' });
    await shop.local('other', { name: 'Word_Count' });
    await shop.installer().install('word-count');
    expect(await failure(shop.installer().install('local://other'))).toMatchObject({ code: 'NAME_COLLISION' });
  });

  it('refuses two look-alikes in one install', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a_b' });
    await shop.local('mine', { name: 'A-b', dependencies: ['a_b'] });
    const refused = await failure(shop.installer().install('local://mine'));
    expect(refused.code).toBe('NAME_COLLISION');
    expect(refused.message).toContain('A-b');
    expect(refused.message).toContain('a_b');
  });

  it('shows no credentials of a source', async () => {
    const shop = await createWorkshop();
    const policy = { beforeFetch: () => ({ deny: 'no', rule: 'r' }) };
    const refused = await failure(shop.installer({ policy }).install('git+https://https://ada:secret@example.org/x'));
    expect(refused.message).not.toContain('secret');
  });
});

describe('checkSandbox', () => {
  it('is true for a module that plugins may import and false for others', async () => {
    const { PluginInstaller } = await import('@agentmesh/installer');
    const refused = ['subprocess', 'os', 'os.path', 'http.client', 'pickle', '_winapi', 'node:fs', 'fs/promises', 'vm'];
    expect(refused.map((name) => PluginInstaller.checkSandbox(name))).toEqual(refused.map(() => false));
    expect(
      ['json', 'math', 'node:path', './os.js', 'lodash'].map((name) => PluginInstaller.checkSandbox(name)),
    ).toEqual(Array(5).fill(true));
  });
});
