import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PluginInstaller } from '@agentmesh/installer';
import { saveManifest, withFields } from '@agentmesh/manifest';
import { PluginRegistry } from '@agentmesh/registry';
import { Keyring, PluginSigner, signPlugin } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { AUTHOR, createWorkshop, failure, manifestOf, snapshot } from './workshop.js';

describe('trust', () => {
  it('refuses an unsigned plugin once trusted keys are given, even none', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' }, undefined, { sign: false });
    expect(await failure(shop.installer({ trustedKeys: {} }).install('a'))).toMatchObject({
      code: 'SIGNATURE_MISSING',
    });
    expect(await snapshot(shop.pluginsDir)).toEqual({});
  });

  it('refuses an author whom the keyring does not know, and one whose key was revoked or has expired', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    const untrusted = { code: 'UNTRUSTED_AUTHOR' };
    expect(await failure(shop.installer({ trustedKeys: {} }).install('a'))).toMatchObject(untrusted);
    const keyring = Keyring.from({ [AUTHOR]: shop.signer.publicKey });
    keyring.revoke(shop.signer.keyId);
    expect(await failure(shop.installer({ trustedKeys: keyring }).install('a'))).toMatchObject(untrusted);
    const expiring = new Keyring();
    expiring.trust({ author: AUTHOR, key: shop.signer.publicKey, validUntil: new Date('2030-01-01') });
    const at = (day: string) => shop.installer({ trustedKeys: expiring, now: () => new Date(day) }).install('a');
    expect(await failure(at('2030-01-02'))).toMatchObject(untrusted);
    expect((await at('2029-12-31')).verification).toBe('verified');
  });

  it('refuses a signature by another key', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    const trustedKeys = new Map([[AUTHOR, PluginSigner.generate().publicKey]]);
    expect(await failure(shop.installer({ trustedKeys }).install('a'))).toMatchObject({ code: 'SIGNATURE_INVALID' });
    expect((await shop.installer({ trustedKeys }).install('a', { verify: false })).verification).toBe('skipped');
  });

  it('checks a kept plugin and a kept dependency too', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'base' }, undefined, { sign: false });
    await shop.publish({ name: 'a', dependencies: ['base'] });
    await shop.installer().install('base');
    const guarded = shop.installer({ trustedKeys: { [AUTHOR]: shop.signer.publicKey } });
    expect(await failure(guarded.install('base'))).toMatchObject({ code: 'SIGNATURE_MISSING' });
    expect(await failure(guarded.install('a'))).toMatchObject({ code: 'SIGNATURE_MISSING' });
  });

  it('remembers the key that verified a plugin when a later run checks nothing', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    await shop.installer({ trustedKeys: { [AUTHOR]: shop.signer.publicKey } }).install('a');
    await shop.installer().install('a');
    const lock = JSON.parse(await readFile(join(shop.pluginsDir, 'agentmesh.lock'), 'utf8'));
    expect(lock.plugins.a.key_id).toBe(shop.signer.keyId);
  });

  it('refuses a signature that does not reach the files, unless there are none', async () => {
    const shop = await createWorkshop();
    const trustedKeys = { [AUTHOR]: shop.signer.publicKey };
    const manifest = shop.signer.sign(manifestOf({ name: 'a' }));
    await saveManifest(manifest, await shop.local('a', { name: 'a' }));
    expect(await failure(shop.installer({ trustedKeys }).install('local://a'))).toMatchObject({
      code: 'DIGEST_MISSING',
    });
    expect((await shop.installer().install('local://a')).verification).toBe('unverified');
    await shop.registry.register(shop.signer.sign(manifestOf({ name: 'listed' })));
    expect(await shop.installer({ trustedKeys }).install('listed')).toMatchObject({
      verification: 'verified',
      manifestOnly: true,
    });
  });

  it('refuses files that are not those of the signed digest, whether or not it verifies signatures', async () => {
    const shop = await createWorkshop();
    const at = await shop.local('a', { name: 'a' }, undefined, { sign: true });
    await appendFile(join(at, 'index.js'), '// changed');
    const trustedKeys = { [AUTHOR]: shop.signer.publicKey };
    for (const installer of [shop.installer(), shop.installer({ trustedKeys })]) {
      expect(await failure(installer.install('local://a'))).toMatchObject({ code: 'DIGEST_MISMATCH' });
      expect(await failure(installer.install('local://a', { verify: false }))).toMatchObject({
        code: 'DIGEST_MISMATCH',
      });
    }
  });

  it('refuses a manifest that was changed after signing', async () => {
    const shop = await createWorkshop();
    const at = await shop.local('a', { name: 'a' });
    const signed = await signPlugin(at, shop.signer);
    await saveManifest(withFields(signed, { description: 'Something else' }), at);
    const trustedKeys = { [AUTHOR]: shop.signer.publicKey };
    expect(await failure(shop.installer({ trustedKeys }).install('local://a'))).toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });
});

describe('what a registry serves', () => {
  it('refuses another archive than the registry lists, by its integrity', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    const registry = {
      versions: (name: string) => shop.registry.versions(name),
      readArtifact: async () => new Uint8Array([0x1f, 0x8b, 1, 2, 3]),
    };
    expect(await failure(shop.installer({ registry }).install('a'))).toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  });

  it('refuses an archive whose manifest differs in any field from the listed one', async () => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a' });
    for (const changes of [{ description: 'Better' }, { signature: null }, { capabilities: ['everything'] }]) {
      const registry = {
        versions: async (name: string) => {
          const entries = await shop.registry.versions(name);
          return entries.map((entry) => ({ ...entry, manifest: withFields(entry.manifest, changes) }));
        },
        readArtifact: shop.registry.readArtifact.bind(shop.registry),
      };
      expect(await failure(shop.installer({ registry }).install('a'))).toMatchObject({ code: 'MANIFEST_MISMATCH' });
    }
  });

  it('refuses an answer about another plugin, whose name could be a path', async () => {
    const shop = await createWorkshop();
    await shop.register({ name: 'a' });
    const registry = {
      versions: async (name: string) => {
        const entries = await shop.registry.versions(name);
        return entries.map((entry) => ({ ...entry, manifest: { ...entry.manifest, name: '../../../evil' } }));
      },
      readArtifact: shop.registry.readArtifact.bind(shop.registry),
    };
    expect(await failure(shop.installer({ registry }).install('a'))).toMatchObject({ code: 'MANIFEST_MISMATCH' });
  });

  it('refuses a manifest that breaks publishing rules', async () => {
    const shop = await createWorkshop();
    const storagePath = join(shop.dir, 'registry.json');
    const fields = { ...manifestOf({ name: 'a' }), dependencies: ['b @ https://evil'], signature: null };
    await writeFile(storagePath, JSON.stringify([fields]));
    const registry = await PluginRegistry.open({ storagePath });
    const installer = new PluginInstaller({ pluginsDir: shop.pluginsDir, registry });
    const refused = await failure(installer.install('a'));
    expect(refused.code).toBe('MANIFEST_INVALID');
    expect(refused.findings).not.toEqual([]);
  });

  it('refuses a local manifest that breaks publishing rules, and one that cannot be read', async () => {
    const shop = await createWorkshop();
    const at = await shop.local('a', { name: 'a' });
    const text = await readFile(join(at, 'agent-plugin.yaml'), 'utf8');
    await writeFile(join(at, 'agent-plugin.yaml'), text.replace(/version: .*/, "version: '01.0.0'"));
    expect(await failure(shop.installer().install('local://a'))).toMatchObject({ code: 'MANIFEST_INVALID' });
    await writeFile(join(at, 'agent-plugin.yaml'), 'name: [');
    expect(await failure(shop.installer().install('local://a'))).toMatchObject({ code: 'MANIFEST_INVALID' });
  });

  it('tells of a key of the manifest that it left out', async () => {
    const shop = await createWorkshop();
    const at = await shop.local('a', { name: 'a' });
    await appendFile(join(at, 'agent-plugin.yaml'), 'colour: red\n');
    const { installed } = await shop.installer().install('local://a');
    expect(installed[0]?.findings).toMatchObject([{ severity: 'warning' }]);
  });
});

describe('the host version', () => {
  it.each([
    ['1.5.0', '1.5.0', true],
    ['1.5', '1.5.0', true],
    ['1.6.0', '1.5.0', false],
    ['1.10.0', '1.9.0', false],
  ])('a plugin that needs %s on host %s: %s', async (min_agentmesh_version, agentmeshVersion, fits) => {
    const shop = await createWorkshop();
    await shop.publish({ name: 'a', min_agentmesh_version });
    const call = shop.installer({ agentmeshVersion }).install('a');
    if (fits) expect((await call).manifest.name).toBe('a');
    else expect(await failure(call)).toMatchObject({ code: 'HOST_TOO_OLD' });
  });
});
