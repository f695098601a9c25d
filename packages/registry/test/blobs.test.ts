import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import { integrityOf } from '@agentmesh/artifact';
import {
  type BlobStore,
  createMemoryBlobs,
  openFolderBlobs,
  PluginRegistry,
  type RegistryEntry,
} from '@agentmesh/registry';
import { describe, expect, it } from 'vitest';
import { manifestOf } from './manifests.js';
import { temporaryFolder } from './temporary-folder.js';

const bytes = Buffer.from('an archive');
const integrity = integrityOf(bytes);
const other = integrityOf(Buffer.from('another'));

async function readAll(blobs: BlobStore): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await blobs.open(integrity)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function entryOf(artifact: { integrity: string; size: number } | undefined): RegistryEntry {
  const manifest = manifestOf();
  return artifact === undefined
    ? { manifest, status: { state: 'active' } }
    : { manifest, artifact, status: { state: 'active' } };
}

const kinds: [string, () => Promise<BlobStore>][] = [
  ['in memory', async () => createMemoryBlobs()],
  ['in a folder', async () => openFolderBlobs(join(await temporaryFolder(), 'artifacts'))],
];

describe.each(kinds)('blobs %s', (_, open) => {
  it('give back what was put, also twice', async () => {
    const blobs = await open();
    await blobs.put(bytes, integrity);
    await blobs.put(bytes, integrity);
    expect(await readAll(blobs)).toEqual(bytes);
  });

  it('refuse bytes that are not what the integrity says', async () => {
    const blobs = await open();
    await expect(blobs.put(bytes, other)).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
    await expect(blobs.open(other)).rejects.toMatchObject({ code: 'BLOB_NOT_FOUND' });
  });

  it('remove, also what is not there', async () => {
    const blobs = await open();
    await blobs.put(bytes, integrity);
    await blobs.remove?.(integrity);
    await blobs.remove?.(integrity);
    await expect(blobs.open(integrity)).rejects.toMatchObject({ code: 'BLOB_NOT_FOUND' });
  });

  it('do not share memory with whoever put or reads them', async () => {
    const blobs = await open();
    const mine = Buffer.from(bytes);
    await blobs.put(mine, integrity);
    mine.fill(0);
    (await readAll(blobs)).fill(0);
    expect(await readAll(blobs)).toEqual(bytes);
  });
});

describe('blobs in a folder', () => {
  async function openFolder(): Promise<{ folder: string; path: string; blobs: BlobStore }> {
    const folder = join(await temporaryFolder(), 'artifacts');
    const hex = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
    return { folder, path: join(folder, `${hex}.tgz`), blobs: openFolderBlobs(folder) };
  }

  it.each([
    'sha512-../../../../etc/passwd',
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    `sha512-${'A'.repeat(85)}B==`,
    `${integrity} ${integrity}`,
    `${integrity}\n`,
    '',
  ])('never make a path of anything but a sha512: "%s"', async (wrong) => {
    const { blobs, folder } = await openFolder();
    const refusal = { code: 'INTEGRITY_MISMATCH' };
    await expect(blobs.open(wrong)).rejects.toMatchObject(refusal);
    await expect(blobs.put(bytes, wrong)).rejects.toMatchObject(refusal);
    await expect(blobs.remove?.(wrong)).rejects.toMatchObject(refusal);
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuse a link in place of an archive, and replace it when the archive is put', async () => {
    const { blobs, path, folder } = await openFolder();
    const secret = join(folder, '..', 'secret');
    await writeFile(secret, bytes);
    await mkdir(folder);
    await symlink(secret, path);
    await expect(blobs.open(integrity)).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
    await blobs.put(bytes, integrity);
    expect(await readAll(blobs)).toEqual(bytes);
    await rm(secret);
    expect(await readAll(blobs)).toEqual(bytes);
  });

  it('heal a damaged archive when it is put again', async () => {
    const { blobs, path } = await openFolder();
    await blobs.put(bytes, integrity);
    await writeFile(path, 'an Archive');
    await blobs.put(bytes, integrity);
    expect(await readFile(path)).toEqual(bytes);
  });

  it('pass errors of the file system on', async () => {
    const { folder } = await openFolder();
    await writeFile(folder, 'no folder');
    const blobs = openFolderBlobs(folder);
    await expect(blobs.open(integrity)).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(blobs.put(bytes, integrity)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

describe('an artifact', () => {
  async function withBlob(stored: Uint8Array): Promise<PluginRegistry> {
    const stream = async () => ReadableStream.from([stored.subarray(0, 3), stored.subarray(3)]);
    return new PluginRegistry({ blobs: { put: async () => undefined, open: stream } });
  }

  it('is read whole and checked', async () => {
    const registry = await withBlob(bytes);
    const entry = entryOf({ integrity, size: bytes.length });
    expect(await registry.readArtifact(entry, { maxBytes: bytes.length })).toEqual(bytes);
  });

  it.each([
    ['other bytes', Buffer.from('an Archive')],
    ['fewer bytes', bytes.subarray(1)],
    ['more bytes', Buffer.concat([bytes, bytes])],
  ])('is refused when the store gives %s', async (_, stored) => {
    const registry = await withBlob(stored);
    const entry = entryOf({ integrity, size: bytes.length });
    await expect(registry.readArtifact(entry, { maxBytes: 1000 })).rejects.toMatchObject({
      code: 'INTEGRITY_MISMATCH',
    });
    const read = async () => {
      for await (const chunk of await registry.openArtifact(entry)) expect(chunk.length).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  });

  it('that is too large is refused before it is read', async () => {
    const registry = new PluginRegistry();
    const entry = entryOf({ integrity, size: 11 });
    await expect(registry.readArtifact(entry, { maxBytes: 10 })).rejects.toMatchObject({ code: 'ARTIFACT_TOO_LARGE' });
  });

  it('is BLOB_NOT_FOUND when it is lost, and when there never was one', async () => {
    const registry = new PluginRegistry();
    await expect(registry.openArtifact(entryOf({ integrity, size: 10 }))).rejects.toMatchObject({
      code: 'BLOB_NOT_FOUND',
    });
    await expect(registry.readArtifact(entryOf(undefined), { maxBytes: 10 })).rejects.toMatchObject({
      code: 'BLOB_NOT_FOUND',
      message: expect.stringContaining('word-counter 1.0.0'),
    });
  });
});
