import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestTree, unpackArchive } from '@agentmesh/artifact';
import { loadManifest, MANIFEST_FILENAME, type ManifestFields, saveManifest, withFields } from '@agentmesh/manifest';
import { createMemoryBlobs, type PackedPlugin, PluginRegistry, registryPlaces } from '@agentmesh/registry';
import { PluginSigner, signPlugin } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { manifestOf } from './manifests.js';
import { temporaryFolder } from './temporary-folder.js';

const MAX_BYTES = 1_000_000;
const signer = PluginSigner.generate();

async function pluginFolder(fields: Partial<ManifestFields> = {}): Promise<string> {
  const dir = join(await temporaryFolder(), 'plugin');
  await mkdir(join(dir, 'src'), { recursive: true });
  await saveManifest(manifestOf(fields), dir);
  await writeFile(join(dir, 'index.js'), 'export const answer = 42;\n');
  await writeFile(join(dir, 'src', 'tool.sh'), '#!/bin/sh\n');
  return dir;
}

async function signedFolder(fields: Partial<ManifestFields> = {}): Promise<string> {
  const dir = await pluginFolder(fields);
  await signPlugin(dir, signer);
  return dir;
}

async function fileRegistry(): Promise<{ registry: PluginRegistry; artifacts: string; path: string }> {
  const path = join(await temporaryFolder(), '.agentmesh', 'registry.json');
  return {
    registry: await PluginRegistry.open({ storagePath: path }),
    artifacts: registryPlaces(path).artifacts,
    path,
  };
}

describe('publish', () => {
  it('lists a signed plugin with its files, which unpack to what was signed', async () => {
    const { registry } = await fileRegistry();
    const dir = await signedFolder();
    const entry = await registry.publish(dir, { publicKey: signer.publicKey });
    expect(entry).toMatchObject({ manifest: await loadManifest(dir), keyId: signer.keyId });
    const bytes = await registry.readArtifact(entry, { maxBytes: MAX_BYTES });
    expect(bytes).toHaveLength(entry.artifact?.size ?? -1);
    const target = join(await temporaryFolder(), 'unpacked');
    const tree = await unpackArchive(bytes, target);
    expect(tree.digest).toBe(entry.manifest.content_digest);
    expect(await readFile(join(target, MANIFEST_FILENAME))).toEqual(await readFile(join(dir, MANIFEST_FILENAME)));
  });

  it('keeps the archive under the hexadecimal of its sha512', async () => {
    const { registry, artifacts } = await fileRegistry();
    const { artifact } = await registry.publish(await signedFolder());
    const hex = Buffer.from(artifact?.integrity.slice('sha512-'.length) ?? '', 'base64').toString('hex');
    expect(await readFile(join(artifacts, `${hex}.tgz`))).toHaveLength(artifact?.size ?? -1);
  });

  it('works in memory too', async () => {
    const registry = new PluginRegistry();
    const entry = await registry.publish(await signedFolder());
    expect(await registry.readArtifact(entry, { maxBytes: MAX_BYTES })).toHaveLength(entry.artifact?.size ?? -1);
  });

  it('adds the digest to an unsigned manifest that has none', async () => {
    const registry = new PluginRegistry();
    const dir = await pluginFolder();
    const entry = await registry.publish(dir);
    expect(entry.manifest.content_digest).toBe(await digestTree(dir));
    expect(await loadManifest(dir)).toEqual(entry.manifest);
    expect(entry.keyId).toBeUndefined();
  });

  it('refuses a signed manifest without a digest, and leaves it alone', async () => {
    const registry = new PluginRegistry();
    const dir = await pluginFolder();
    await saveManifest(signer.sign(await loadManifest(dir)), dir);
    const before = await readFile(join(dir, MANIFEST_FILENAME));
    await expect(registry.publish(dir)).rejects.toMatchObject({
      code: 'DIGEST_MISSING',
      hint: expect.stringContaining('signPlugin'),
    });
    expect(await readFile(join(dir, MANIFEST_FILENAME))).toEqual(before);
  });

  it('refuses files that changed since they were signed', async () => {
    const registry = new PluginRegistry();
    const dir = await signedFolder();
    await writeFile(join(dir, 'index.js'), 'export const answer = 43;\n');
    await expect(registry.publish(dir)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      hint: expect.stringContaining('Sign the folder again'),
    });
    expect(await registry.listPlugins()).toEqual([]);
  });

  it('refuses a manifest that changed since it was signed', async () => {
    const registry = new PluginRegistry();
    const dir = await signedFolder();
    await saveManifest(withFields(await loadManifest(dir), { description: 'something else' }), dir);
    await expect(registry.publish(dir, { publicKey: signer.publicKey })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    });
  });

  it('refuses a key that nobody knows in its manifest, with the near one named', async () => {
    const registry = new PluginRegistry();
    const dir = await pluginFolder();
    await writeFile(
      join(dir, MANIFEST_FILENAME),
      `${await readFile(join(dir, MANIFEST_FILENAME), 'utf8')}licence: MIT\n`,
    );
    await expect(registry.publish(dir)).rejects.toMatchObject({
      code: 'MANIFEST_INVALID',
      message: expect.stringContaining('license'),
    });
  });

  it.each([
    ['a name beyond ASCII', { name: '插件' }],
    ['a leading zero', { version: '1.02.0' }],
  ])('refuses %s, and leaves the folder alone', async (_, fields) => {
    const registry = new PluginRegistry();
    const dir = await pluginFolder(fields);
    const before = await readFile(join(dir, MANIFEST_FILENAME));
    await expect(registry.publish(dir)).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
    expect(await readFile(join(dir, MANIFEST_FILENAME))).toEqual(before);
  });

  it('says MANIFEST_NOT_FOUND for a folder without one', async () => {
    const registry = new PluginRegistry();
    await expect(registry.publish(await temporaryFolder())).rejects.toMatchObject({ code: 'MANIFEST_NOT_FOUND' });
  });

  it('never changes a published version, and refuses it before it keeps anything', async () => {
    const blobs = createMemoryBlobs();
    let puts = 0;
    const put = (bytes: Uint8Array, integrity: string) => {
      puts += 1;
      return blobs.put(bytes, integrity);
    };
    const registry = new PluginRegistry({ blobs: { ...blobs, put } });
    const dir = await signedFolder();
    const entry = await registry.publish(dir);
    const before = puts;
    await expect(registry.publish(dir)).rejects.toMatchObject({ code: 'ALREADY_REGISTERED' });
    await expect(registry.publish(await signedFolder({ description: 'other' }))).rejects.toMatchObject({
      code: 'ALREADY_REGISTERED',
    });
    await expect(registry.publish(await signedFolder({ name: 'Word_Counter' }))).rejects.toMatchObject({
      code: 'NAME_TOO_SIMILAR',
    });
    expect(puts).toBe(before);
    expect(await registry.getEntry('word-counter')).toEqual(entry);
  });

  it('refuses a version by another key than the owner of the name', async () => {
    const registry = new PluginRegistry();
    await registry.publish(await signedFolder(), { publicKey: signer.publicKey });
    const mallory = PluginSigner.generate();
    const dir = await pluginFolder({ version: '2.0.0' });
    await expect(registry.publish(dir)).rejects.toMatchObject({ code: 'NAME_OWNED' });
    await signPlugin(dir, mallory);
    await expect(registry.publish(dir, { publicKey: mallory.publicKey })).rejects.toMatchObject({ code: 'NAME_OWNED' });
    await signPlugin(dir, signer);
    expect((await registry.publish(dir)).keyId).toBe(signer.keyId);
  });

  it('refuses what the check of files finds, after it was packed and before anything is kept', async () => {
    const seen: PackedPlugin[] = [];
    const registry = new PluginRegistry({
      checkFiles: async (plugin) => {
        seen.push(plugin);
        return [
          {
            code: 'import-not-bundled',
            severity: 'error',
            path: 'index.js',
            line: 1,
            message: 'left-pad is not bundled',
          },
          { code: 'odd', severity: 'warning', path: 'index.js', message: 'odd' },
        ];
      },
    });
    const dir = await signedFolder();
    await expect(registry.publish(dir)).rejects.toMatchObject({
      code: 'NOT_PUBLISHABLE',
      findings: [{ code: 'import-not-bundled' }],
    });
    expect(seen).toMatchObject([{ dir, manifest: { name: 'word-counter' } }]);
    expect(seen[0]?.tree.files.map((file) => file.path)).toEqual([MANIFEST_FILENAME, 'index.js', 'src/tool.sh']);
    expect(await registry.listPlugins()).toEqual([]);
  });

  it('notices a manifest that changes while it is being published', async () => {
    const dir = await signedFolder();
    const store = new PluginRegistry();
    const changing = new PluginRegistry({
      store: {
        // The first change is the question whether the version is new; the folder is packed right after it.
        change: async (_name, work) => {
          await saveManifest(withFields(await loadManifest(dir), { description: 'swapped' }), dir);
          return work({ versions: [], owners: [], lookalikes: [], put() {}, remove() {}, setOwners() {}, note() {} });
        },
        versions: (name) => store.versions(name),
        owners: (name) => store.owners(name),
        search: (query) => store.searchPage(query),
      },
    });
    await expect(changing.publish(dir)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: expect.stringContaining('changed while'),
    });
  });

  it('stops when it is told to', async () => {
    const registry = new PluginRegistry();
    const dir = await signedFolder();
    await expect(registry.publish(dir, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    expect(await registry.listPlugins()).toEqual([]);
  });

  it('honours the limits it is given', async () => {
    const registry = new PluginRegistry();
    const dir = await signedFolder();
    await expect(registry.publish(dir, { limits: { maxFiles: 2 } })).rejects.toMatchObject({ code: 'TREE_TOO_LARGE' });
  });

  it('never follows a manifest that is a link', async () => {
    const registry = new PluginRegistry();
    const real = await signedFolder();
    const dir = await temporaryFolder();
    await symlink(join(real, MANIFEST_FILENAME), join(dir, MANIFEST_FILENAME));
    await writeFile(join(dir, 'index.js'), '');
    await expect(registry.publish(dir)).rejects.toMatchObject({ code: 'TREE_UNSAFE' });
  });
});

describe('unregister', () => {
  it('takes the archive along', async () => {
    const { registry } = await fileRegistry();
    const entry = await registry.publish(await signedFolder());
    const kept = await registry.publish(await signedFolder({ version: '2.0.0' }));
    await registry.unregister('word-counter', '1.0.0');
    await expect(registry.openArtifact(entry)).rejects.toMatchObject({ code: 'BLOB_NOT_FOUND' });
    expect(await registry.readArtifact(kept, { maxBytes: MAX_BYTES })).toHaveLength(kept.artifact?.size ?? -1);
  });

  it('lets the same version be published again, with its files', async () => {
    const { registry } = await fileRegistry();
    const dir = await signedFolder();
    await registry.publish(dir);
    await registry.unregister('word-counter');
    const entry = await registry.publish(dir);
    expect(await registry.readArtifact(entry, { maxBytes: MAX_BYTES })).toHaveLength(entry.artifact?.size ?? -1);
  });
});
