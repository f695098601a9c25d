import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManifest, saveManifest, withFields } from '@agentmesh/manifest';
import {
  type CopyTarget,
  copyRegistry,
  createMemoryBlobs,
  createMemoryStore,
  openFileStore,
  openFolderBlobs,
  PluginRegistry,
  signOwnerGrant,
} from '@agentmesh/registry';
import { PluginSigner, signPlugin } from '@agentmesh/signing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const alice = PluginSigner.generate();
const bob = PluginSigner.generate();
let folder: string;
let from: CopyTarget;
let registry: PluginRegistry;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentmesh-copy-'));
  from = empty();
  registry = new PluginRegistry(from);
});
afterEach(() => rm(folder, { recursive: true }));

const empty = (): CopyTarget => ({ store: createMemoryStore(), blobs: createMemoryBlobs() });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => Object(error).code,
  );

async function publish(name: string, version: string, { to = registry, says = 'x' } = {}): Promise<void> {
  const dir = await mkdtemp(join(folder, 'plugin-'));
  const fields = { description: 'A plugin', author: 'a@example.com', plugin_type: 'agent' } as const;
  await saveManifest(createManifest({ name, version, ...fields }), dir);
  await writeFile(join(dir, 'index.js'), `export const run = () => '${says}';\n`);
  await signPlugin(dir, alice);
  await to.publish(dir, { publicKey: alice.publicKey });
}

async function fill(): Promise<void> {
  await publish('b', '2.0.0');
  await publish('a', '1.0.0');
  await publish('b', '1.0.0');
  await publish('gone', '1.0.0');
  await registry.deprecate('b', '1.0.0', { reason: 'old', successor: 'a' });
  await registry.yank('gone', '1.0.0', { reason: 'broken' });
  await registry.addOwner('a', bob.publicKey, signOwnerGrant('a', bob.publicKey, alice));
  const unsigned = { name: 'plain', version: '1.0.0', description: 'No files', author: 'x' };
  await registry.register(createManifest({ ...unsigned, plugin_type: 'agent' }));
}

describe('copyRegistry', () => {
  it('copies everything in its order: versions, times, status, owners, archives', async () => {
    await fill();
    const to = {
      store: await openFileStore(join(folder, 'registry.json')),
      blobs: openFolderBlobs(join(folder, 'blobs')),
    };
    const progress: string[] = [];
    const report = await copyRegistry({ from, to, onProgress: ({ name }) => progress.push(name) });
    expect(report).toEqual({
      ...{ names: 4, versions: 5, changed: 5, owners: 4, complete: true },
      artifacts: { copied: 4, present: 0, bytes: expect.any(Number) },
      signatures: { verified: 4, unverifiable: 0, unsigned: 1 },
    });
    expect(progress).toEqual(['b', 'a', 'gone', 'plain']);
    for (const name of progress) {
      expect(await to.store.versions(name)).toEqual(await from.store.versions(name));
      expect(await to.store.owners(name)).toEqual(await from.store.owners(name));
    }
    const copy = new PluginRegistry(to);
    const bytes = await copy.readArtifact(await copy.getEntry('gone', '1.0.0'), { maxBytes: 100_000 });
    expect(bytes.length).toBeGreaterThan(0);
    expect((await copy.listPlugins()).map(({ name }) => name)).toEqual(['b', 'a', 'plain']);
  });

  it('goes on where it was stopped, and changes nothing the second time', async () => {
    await fill();
    const to = empty();
    const stop = new AbortController();
    const stopped = copyRegistry({
      ...{ from, to, signal: stop.signal },
      onProgress: ({ names }) => {
        if (names === 2) stop.abort(new Error('stopped'));
      },
    });
    await expect(stopped).rejects.toThrow('stopped');
    expect(await to.store.versions('b')).toHaveLength(2);
    expect(await copyRegistry({ from, to })).toMatchObject({ changed: 2, artifacts: { copied: 1, present: 3 } });
    await registry.restore('gone', '1.0.0');
    expect(await copyRegistry({ from, to })).toMatchObject({ changed: 1 });
    expect(await copyRegistry({ from, to })).toMatchObject({ changed: 0, artifacts: { copied: 0 } });
  });

  it('heals an archive that is damaged in the target', async () => {
    await publish('a', '1.0.0');
    const blobs = openFolderBlobs(join(folder, 'blobs'));
    const to = { store: createMemoryStore(), blobs };
    await copyRegistry({ from, to });
    const [entry] = await to.store.versions('a');
    const hex = Buffer.from(entry?.artifact?.integrity.slice(7) ?? '', 'base64').toString('hex');
    await writeFile(join(folder, 'blobs', `${hex}.tgz`), 'damaged');
    expect(await copyRegistry({ from, to })).toMatchObject({ artifacts: { copied: 1, present: 0 } });
  });

  it('refuses an archive that was changed in the source, and lists nothing of that name', async () => {
    await publish('a', '1.0.0');
    const to = empty();
    const blobs = { open: async () => new Blob(['other']).stream() as never };
    expect(await codeOf(copyRegistry({ from: { ...from, blobs }, to }))).toBe('INTEGRITY_MISMATCH');
    expect(await to.store.versions('a')).toEqual([]);
    expect(await codeOf(copyRegistry({ from, to, maxArtifactBytes: 1 }))).toBe('ARTIFACT_TOO_LARGE');
  });

  it('refuses a manifest that the key it names did not sign', async () => {
    await publish('a', '1.0.0');
    await from.store.change('a', (rows) => {
      for (const entry of rows.versions) {
        rows.put({ ...entry, manifest: withFields(entry.manifest, { description: 'Changed' }) });
      }
    });
    expect(await codeOf(copyRegistry({ from, to: empty() }))).toBe('SIGNATURE_INVALID');
  });

  it('counts a signature whose key the registry does not know', async () => {
    await publish('a', '1.0.0');
    await from.store.change('a', (rows) => rows.setOwners([]));
    expect(await copyRegistry({ from, to: empty() })).toMatchObject({ signatures: { unverifiable: 1 }, owners: 0 });
  });

  it('refuses a version that the target has with other content, and keeps versions that it alone has', async () => {
    await publish('a', '1.0.0');
    const to = empty();
    await publish('a', '1.0.0', { to: new PluginRegistry(to), says: 'other' });
    expect(await codeOf(copyRegistry({ from, to }))).toBe('ALREADY_REGISTERED');
    const other = empty();
    await copyRegistry({ from, to: other });
    await publish('a', '2.0.0', { to: new PluginRegistry(other) });
    expect(await copyRegistry({ from, to: other })).toMatchObject({ changed: 0 });
    expect(await other.store.versions('a')).toHaveLength(2);
  });

  it('takes no name over: an owner of the target who is none in the source stands against it', async () => {
    await publish('a', '1.0.0');
    const to = empty();
    await copyRegistry({ from, to });
    await to.store.change('a', (rows) => rows.setOwners([{ keyId: bob.keyId, publicKey: 'pem' }]));
    expect(await codeOf(copyRegistry({ from, to }))).toBe('NAME_OWNED');
  });

  it('brings no name beside one that looks like it, unless the source has both', async () => {
    await publish('my-plugin', '1.0.0');
    const to = empty();
    await publish('my_plugin', '1.0.0', { to: new PluginRegistry(to) });
    expect(await codeOf(copyRegistry({ from, to }))).toBe('NAME_TOO_SIMILAR');
    const [twin] = await to.store.versions('my_plugin');
    await from.store.change(
      'my_plugin',
      (rows) => twin === undefined || rows.put({ ...twin, status: { state: 'active' } }),
    );
    const { artifact: _, ...rest } = twin ?? Object(undefined);
    await from.store.change('my_plugin', (rows) => rows.put(rest));
    expect(await copyRegistry({ from, to: empty() })).toMatchObject({ names: 2 });
  });

  it('says that it may be incomplete when the source cannot list its names', async () => {
    await fill();
    const { store } = from;
    const source = {
      versions: (name: string) => store.versions(name),
      owners: (name: string) => store.owners(name),
      search: (query: object) => store.search({ ...query, limit: 2 }),
    };
    const report = await copyRegistry({ from: { ...from, store: source }, to: empty() });
    expect(report).toMatchObject({ names: 3, complete: false });
  });

  it('notices a target that keeps something else than it was given', async () => {
    await publish('a', '1.0.0');
    const store = createMemoryStore();
    const forgetful = {
      ...empty(),
      store: {
        ...store,
        change: store.change.bind(store),
        versions: async () => [],
        owners: async () => [],
        search: store.search.bind(store),
      },
    };
    expect(await codeOf(copyRegistry({ from, to: forgetful }))).toBe('COPY_MISMATCH');
  });
});
