import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { integrityOf } from '@agentmesh/artifact';
import { saveManifest } from '@agentmesh/manifest';
import {
  type BlobStore,
  createMemoryBlobs,
  openFolderBlobs,
  type PackedPlugin,
  PluginRegistry,
  packPublishable,
  signStatusAction,
  statusActionBytes,
} from '@agentmesh/registry';
import { PluginSigner, signPlugin } from '@agentmesh/signing';
import { describe, expect, it } from 'vitest';
import { manifestOf } from './manifests.js';
import { temporaryFolder } from './temporary-folder.js';

const signer = PluginSigner.generate();
const { publicKey } = signer;

/** A plugin's archive in a file, and how it is published. */
async function packed(content = 'export const run = 1;', sign = signer) {
  const dir = await temporaryFolder();
  await saveManifest(manifestOf(), dir);
  await writeFile(join(dir, 'index.js'), content);
  await signPlugin(dir, sign);
  const { archive } = await packPublishable(dir);
  return filed(archive.bytes);
}

async function filed(bytes: Uint8Array) {
  const dir = await temporaryFolder();
  const path = join(dir, 'archive.tgz');
  await writeFile(path, bytes);
  const options = { name: 'word-counter', version: '1.0.0', stage: join(dir, 'tree') };
  return { archive: { path, size: bytes.length, integrity: integrityOf(bytes) }, options };
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('publishArchive', () => {
  it('lists what somebody else packed, and takes the same again', async () => {
    const registry = new PluginRegistry({ blobs: openFolderBlobs(await temporaryFolder()) });
    const { archive, options } = await packed();
    const first = await registry.publishArchive(archive, { ...options, publicKey });
    expect(first).toMatchObject({
      isNew: true,
      entry: { artifact: { integrity: archive.integrity }, keyId: signer.keyId },
    });
    const again = await registry.publishArchive(archive, { ...options, stage: `${options.stage}2` });
    expect(again).toEqual({ isNew: false, entry: first.entry });
    expect((await registry.readArtifact(first.entry, { maxBytes: 1e6 })).length).toBe(archive.size);
    expect(await registry.owners('word-counter')).toMatchObject([{ keyId: signer.keyId }]);
  });

  it('lists one of two different archives that come at once', async () => {
    const registry = new PluginRegistry();
    const uploads = await Promise.all([packed('1;'), packed('2;'), packed('1;')]);
    const outcomes = await Promise.allSettled(
      uploads.map(({ archive, options }) => registry.publishArchive(archive, { ...options, publicKey })),
    );
    const codes = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
    expect(codes.every((code) => code === 'ALREADY_REGISTERED')).toBe(true);
    expect(codes.length).toBeGreaterThan(0);
    expect(await registry.versions('word-counter')).toHaveLength(1);
  });

  it('takes an archive in memory as well', async () => {
    const registry = new PluginRegistry({ blobs: openFolderBlobs(await temporaryFolder()) });
    const { archive, options } = await packed();
    const { path, ...known } = archive;
    const bytes = await readFile(path);
    const { entry } = await registry.publishArchive({ ...known, bytes }, { ...options, publicKey });
    expect(bytes.equals(await registry.readArtifact(entry, { maxBytes: 1e6 }))).toBe(true);
    const lie = { ...known, integrity: integrityOf(Buffer.from('other')), bytes };
    await registry.unregister('word-counter');
    const again = { ...options, publicKey, stage: `${options.stage}2` };
    await expect(registry.publishArchive(lie, again)).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
    expect(await registry.versions('word-counter')).toEqual([]);
  });

  it('unpacks a small archive without a folder, and one that grows in its stage', async () => {
    const seen: PackedPlugin[] = [];
    const registry = new PluginRegistry({
      checkFiles: async (plugin) => {
        seen.push(plugin);
        return [];
      },
    });
    const small = await packed();
    const grown = await packed(`export const text = '${'ab'.repeat(600_000)}';${randomBytes(8_000).toString('hex')}`);
    for (const { archive, options } of [small, grown]) {
      const bytes = await readFile(archive.path);
      await registry.publishArchive({ ...archive, bytes }, { ...options, publicKey });
      await registry.unregister('word-counter');
    }
    expect(seen[0]?.files?.get('index.js')?.toString()).toBe('export const run = 1;');
    expect(existsSync(small.options.stage)).toBe(false);
    expect(seen[1]?.files).toBeUndefined();
    expect(existsSync(join(grown.options.stage, 'index.js'))).toBe(true);
  });

  it('heals a damaged archive when the same comes again', async () => {
    const folder = await temporaryFolder();
    const registry = new PluginRegistry({ blobs: openFolderBlobs(folder) });
    const { archive, options } = await packed();
    const { entry } = await registry.publishArchive(archive, { ...options, publicKey });
    const hex = Buffer.from(archive.integrity.slice(7), 'base64').toString('hex');
    await writeFile(join(folder, `${hex}.tgz`), 'damaged');
    await registry.publishArchive(archive, options);
    expect((await registry.readArtifact(entry, { maxBytes: 1e6 })).length).toBe(archive.size);
  });

  it('keeps nothing of what it refuses', async () => {
    const kept: string[] = [];
    const memory = createMemoryBlobs();
    const blobs: BlobStore = {
      ...memory,
      async put(bytes, integrity) {
        kept.push(integrity);
        await memory.put(bytes, integrity);
      },
    };
    const registry = new PluginRegistry({
      blobs,
      checkFiles: async ({ tree }) =>
        tree.files.some(({ size }) => size === 4)
          ? [{ code: 'x', severity: 'error', path: 'index.js', message: 'no' }]
          : [],
    });
    const refused = async (code: string, { archive, options }: Awaited<ReturnType<typeof packed>>, more = {}) =>
      expect(registry.publishArchive(archive, { ...options, publicKey, ...more })).rejects.toMatchObject({ code });
    await refused('KEY_UNKNOWN', await packed(), { publicKey: undefined });
    await refused('SIGNATURE_INVALID', await packed('x;', PluginSigner.generate()));
    await refused('MANIFEST_MISMATCH', await packed(), { version: '2.0.0' });
    await refused('NOT_PUBLISHABLE', await packed('1234'));
    await refused('ARCHIVE_INVALID', await filed(Buffer.from('PK\u0003\u0004')));
    await refused('ARCHIVE_INVALID', await filed(gzipSync('no tar at all')));
    await refused('MANIFEST_INVALID', await filed(gzipSync(Buffer.alloc(1024))));
    await refused('TREE_TOO_LARGE', await packed('x'.repeat(1000)), { limits: { maxBytes: 500 } });
    await expect(
      packed().then(({ archive, options }) =>
        registry.publishArchive(archive, { ...options, publicKey, signal: AbortSignal.abort(new Error('stop')) }),
      ),
    ).rejects.toThrow('stop');
    expect(kept).toEqual([]);
    expect(await registry.versions('word-counter')).toEqual([]);
  });
});

describe('parts of an archive', () => {
  it.each(['a folder', 'memory'])('come out of %s', async (kind) => {
    const blobs = kind === 'memory' ? createMemoryBlobs() : openFolderBlobs(await temporaryFolder());
    const registry = new PluginRegistry({ blobs });
    const { archive, options } = await packed('x'.repeat(5000));
    const { entry } = await registry.publishArchive(archive, { ...options, publicKey });
    const whole = Buffer.from(await registry.readArtifact(entry, { maxBytes: 1e6 }));
    for (const [start, end] of [
      [0, 0],
      [3, 9],
      [archive.size - 1, archive.size - 1],
    ] as const) {
      const part = await collect(await registry.openArtifactRange(entry, { start, end }));
      expect(part.equals(whole.subarray(start, end + 1))).toBe(true);
    }
  });
});

describe('an owner far away', () => {
  it('is known by the signature under what he wants done', async () => {
    const registry = new PluginRegistry();
    const { archive, options } = await packed();
    await registry.publishArchive(archive, { ...options, publicKey });
    const action = {
      action: 'yank',
      name: 'word-counter',
      version: '1.0.0',
      reason: 'ü',
      at: '2026-01-01T00:00:00Z',
    } as const;
    expect(Buffer.from(statusActionBytes(action)).toString()).toBe(
      '{"action":"version-yank","at":"2026-01-01T00:00:00Z","name":"word-counter","reason":"\\u00fc","successor":null,"version":"1.0.0"}',
    );
    const signature = signStatusAction(action, signer);
    const find = (changed: object) =>
      registry.findOwner('word-counter', statusActionBytes({ ...action, ...changed }), signature);
    expect(await find({})).toMatchObject({ keyId: signer.keyId });
    expect(await find({ reason: 'other' })).toBe(undefined);
    expect(await registry.findOwner('nobody', statusActionBytes(action), signature)).toBe(undefined);
  });
});
