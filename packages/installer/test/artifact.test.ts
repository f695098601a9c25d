import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PluginRegistry } from '@agentmesh/registry';
import { SourceRegistry } from '@agentmesh/resolver';
import { signPlugin } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { AUTHOR, createWorkshop, type Files, failure, manifestOf, type Workshop, writeFiles } from './workshop.js';

const SHA256 = 'ab'.repeat(32);
const URL_ = 'https://example.org/p/old-1.0.0.zip';

/** A registry that lists, signed, a manifest of the Python toolkit whose files lie at a URL, and what is there. */
async function listOld(
  shop: Workshop,
  files: Files = { 'old.js': 'export const run = () => 1;\n' },
  fields: object = { artifact_url: URL_, artifact_sha256: SHA256.toUpperCase() },
): Promise<{ sources: SourceRegistry; registry: PluginRegistry; fetched: string[] }> {
  const manifest = shop.signer.sign(manifestOf({ name: 'old', ...fields }));
  const registry = new PluginRegistry();
  await registry.register(manifest, { publicKey: shop.signer.publicKey });
  const fetched: string[] = [];
  const sources = new SourceRegistry().register({
    scheme: 'https',
    fetch: async (spec, target) => {
      fetched.push(spec);
      await writeFiles(target, files);
      return { name: 'old-1-0-0', resolved: `https://${spec}` };
    },
  });
  return { sources, registry, fetched };
}

const trust = (shop: Workshop) => ({ trustedKeys: { [AUTHOR]: shop.signer.publicKey } });

describe('a plugin of the Python toolkit whose files lie at a URL', () => {
  it('is fetched with the hash that its signed manifest states, and so verified', async () => {
    const shop = await createWorkshop();
    const { sources, registry, fetched } = await listOld(shop);
    const installer = shop.installer({ sources, registry, ...trust(shop) });
    const result = await installer.install('old');
    expect(fetched).toEqual([`example.org/p/old-1.0.0.zip#sha256=${SHA256}`]);
    expect(result).toMatchObject({ verification: 'verified', manifestOnly: false });
    expect(result.plugins).toMatchObject([{ source: 'registry://old', resolved: 'registry://old@1.0.0' }]);
    expect(await readFile(join(shop.pluginsDir, 'old/old.js'), 'utf8')).toContain('run');
    expect(await installer.verifyInstalled()).toMatchObject([{ intact: true, verification: 'verified' }]);
    expect((await installer.install('old')).plugins).toMatchObject([{ change: 'kept' }]);
    expect(fetched).toHaveLength(1);
  });

  it('is healed and restored by fetching it again', async () => {
    const shop = await createWorkshop();
    const { sources, registry, fetched } = await listOld(shop);
    const projectDir = join(shop.dir, 'project');
    await writeFiles(projectDir, {});
    const options = { sources, registry, projectDir, ...trust(shop) };
    await shop.installer(options).install('old');
    await writeFile(join(shop.pluginsDir, 'old/old.js'), 'evil');
    expect((await shop.installer(options).install('old')).plugins).toMatchObject([{ change: 'healed' }]);
    const elsewhere = { ...options, pluginsDir: join(shop.dir, 'elsewhere/plugins') };
    expect((await shop.installer(elsewhere).restore({ frozen: true })).plugins).toMatchObject([
      { change: 'installed' },
    ]);
    expect(fetched).toHaveLength(3);
    // The store alone ties files to no signature here.
    await shop.installer(options).uninstall('old');
    await shop.installer(options).install('old');
    expect(fetched).toHaveLength(4);
  });

  it('may bring a manifest of its own, which the listed one takes the place of, but not another plugin', async () => {
    const shop = await createWorkshop();
    const own = join(shop.dir, 'own');
    await writeFiles(own, { 'old.js': '1' });
    const text = (name: string) => JSON.stringify({ ...manifestOf({ name }), permissions: { env: ['SECRET'] } });
    const good = await listOld(shop, { 'old.js': '1;', 'agent-plugin.yaml': text('old') });
    const result = await shop.installer({ ...good, ...trust(shop) }).install('old');
    expect(result.plugins[0]?.permissions).toBeUndefined();
    await shop.installer(good).uninstall('old');
    const bad = await listOld(shop, { 'old.js': '1;', 'agent-plugin.yaml': text('other') });
    expect((await failure(shop.installer({ ...bad, ...trust(shop) }).install('old'))).code).toBe('MANIFEST_MISMATCH');
    await expect(signPlugin(own, shop.signer)).rejects.toThrow();
    await rm(own, { recursive: true });
  });

  it.each([
    ['no hash', { artifact_url: URL_ }],
    ['no URL', { artifact_sha256: SHA256 }],
  ])('stays its manifest alone with %s', async (_, fields) => {
    const shop = await createWorkshop();
    const { sources, registry, fetched } = await listOld(shop, undefined, fields);
    expect(await shop.installer({ sources, registry }).install('old')).toMatchObject({ manifestOnly: true });
    expect(fetched).toEqual([]);
  });

  it('is asked of the policy by its URL, and fetched from nowhere offline', async () => {
    const shop = await createWorkshop();
    const { sources, registry, fetched } = await listOld(shop);
    const offline = await failure(shop.installer({ sources, registry }).install('old', { offline: true }));
    expect(offline.code).toBe('OFFLINE');
    const deny = { deny: 'no URLs', rule: 'no-urls' };
    const policy = {
      beforeFetch: ({ scheme }: { scheme: string }) => (scheme === 'https' ? deny : { allow: true as const }),
    };
    expect((await failure(shop.installer({ sources, registry, policy }).install('old'))).code).toBe('POLICY_DENIED');
    expect(fetched).toEqual([]);
  });
});
