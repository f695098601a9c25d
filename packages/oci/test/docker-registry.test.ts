import { randomBytes } from 'node:crypto';
import {
  createOciClient,
  createPluginManifest,
  describeBytes,
  EMPTY_CONFIG,
  EMPTY_TYPE,
  MANIFEST_TYPE,
  type OciRepositorySession,
  PLUGIN_ARTIFACT_TYPE,
  PLUGIN_LAYER_TYPE,
  pushPlugin,
  readManifest,
  readPluginManifest,
} from '@agentmesh/oci';
import { type DockerRegistry, startDockerRegistry } from '@agentmesh/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const { signal } = new AbortController();
const PLUGIN = { name: 'demo', version: '1.0.0', contentDigest: 'h1:abc', license: 'MIT', description: 'Says hello' };

let registry: DockerRegistry;
beforeAll(async () => {
  registry = await startDockerRegistry();
});
afterAll(() => registry?.close());

/** A client that counts nothing, and a session with a repository of its own. */
function open(path: string, chunkBytes?: number): OciRepositorySession {
  const client = createOciClient({ allowPrivateHosts: ['127.0.0.1'], chunkBytes });
  return client.open({ registry: registry.host, repository: path }, { access: 'push', signal });
}

async function putMinimal(session: OciRepositorySession, subject?: ReturnType<typeof describeBytes>, note = 'x') {
  await session.putBlob(EMPTY_CONFIG.bytes, { mediaType: EMPTY_TYPE });
  const config = EMPTY_CONFIG.descriptor;
  const annotations = { note };
  const base = { artifactType: 'application/vnd.test.note.v1', config, layers: [config], annotations };
  return session.putManifest(subject === undefined ? base : { ...base, subject });
}

describe("Debian's docker-registry", () => {
  it('takes a plugin and gives it back under tag and digest', async () => {
    const client = createOciClient({ allowPrivateHosts: ['127.0.0.1'] });
    const repository = { registry: registry.host, repository: 'acme/demo' };
    const archive = randomBytes(1_000);
    const progress: number[] = [];
    const pushed = await pushPlugin(client, {
      ...{ repository, tag: '1.0.0', plugin: PLUGIN, archive, signal },
      onProgress: ({ bytes }) => progress.push(bytes),
    });
    expect(pushed).toMatchObject({
      reference: `${registry.host}/acme/demo@${pushed.digest}`,
      size: 1_000,
      uploaded: true,
    });
    expect(progress).toEqual([1_000]);

    const session = client.open(repository, { access: 'pull', signal });
    const found = await session.findManifest('1.0.0');
    expect(found?.digest).toBe(pushed.digest);
    expect(found?.contentType).toBe(MANIFEST_TYPE);
    expect((await session.findManifest(pushed.digest))?.bytes).toEqual(found?.bytes);
    const manifest = readManifest(found?.bytes ?? Buffer.alloc(0), found?.contentType);
    expect(manifest).toMatchObject({
      artifactType: PLUGIN_ARTIFACT_TYPE,
      config: { mediaType: 'application/vnd.oci.empty.v1+json', size: 2 },
      annotations: {
        'agentmesh.content_digest': 'h1:abc',
        'org.opencontainers.image.title': 'demo',
        'org.opencontainers.image.version': '1.0.0',
        'org.opencontainers.image.licenses': 'MIT',
        'org.opencontainers.image.description': 'Says hello',
      },
    });
    const plugin = readPluginManifest(manifest);
    expect(plugin.contentDigest).toBe('h1:abc');
    expect(await session.getBlob(plugin.archive, { maxBytes: 1_000 })).toEqual(archive);
  });

  it('does not get a blob a second time, and the same plugin has the same digest', async () => {
    const client = createOciClient({ allowPrivateHosts: ['127.0.0.1'] });
    const push = {
      ...{ repository: { registry: registry.host, repository: 'acme/twice' }, plugin: PLUGIN, signal },
      archive: randomBytes(10),
    };
    const first = await pushPlugin(client, push);
    const second = await pushPlugin(client, push);
    expect([first.uploaded, second.uploaded]).toEqual([true, false]);
    expect(second.digest).toBe(first.digest);
  });

  it.each([
    ['in one piece', 100_000, undefined],
    ['in pieces', 100_000, 30_000],
    ['in pieces without a rest', 90_000, 30_000],
    ['of no bytes', 0, 30_000],
  ])('takes a blob %s', async (_, size, chunkBytes) => {
    const session = open('acme/blobs', chunkBytes);
    const bytes = randomBytes(size);
    const sent: number[] = [];
    const { descriptor, uploaded } = await session.putBlob(bytes, {
      mediaType: 'application/octet-stream',
      onProgress: (count) => sent.push(count),
    });
    expect(uploaded).toBe(true);
    expect(sent.at(-1)).toBe(size);
    expect(sent).toEqual(sent.toSorted((a, b) => a - b));
    expect(await session.hasBlob(descriptor)).toBe(true);
    expect(await session.getBlob(descriptor, { maxBytes: 100_000 })).toEqual(bytes);
  });

  it('has no blob of another size', async () => {
    const session = open('acme/blobs');
    const { descriptor } = await session.putBlob(randomBytes(10), { mediaType: 'application/octet-stream' });
    expect(await session.hasBlob({ ...descriptor, size: 11 })).toBe(false);
    await expect(session.getBlob({ ...descriptor, size: 11 }, { maxBytes: 100 })).rejects.toMatchObject({
      code: 'INTEGRITY_MISMATCH',
    });
    await expect(session.getBlob({ ...descriptor, size: 9 }, { maxBytes: 100 })).rejects.toMatchObject({
      code: 'INTEGRITY_MISMATCH',
    });
    await expect(session.getBlob(descriptor, { maxBytes: 9 })).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });

  it('says what is not there', async () => {
    const session = open('acme/nothing');
    expect(await session.findManifest('latest')).toBeUndefined();
    const absent = describeBytes(randomBytes(3), PLUGIN_LAYER_TYPE);
    expect(await session.hasBlob(absent)).toBe(false);
    await expect(session.getBlob(absent, { maxBytes: 10 })).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it('refuses a manifest whose blobs are not there', async () => {
    const manifest = createPluginManifest(describeBytes(randomBytes(3), PLUGIN_LAYER_TYPE), PLUGIN);
    await expect(open('acme/broken').putManifest(manifest, 'x')).rejects.toMatchObject({ code: 'PUSH_FAILED' });
  });

  it('has no referrers API, and the tag of the subject stands in for it', async () => {
    const session = open('acme/referred');
    const subject = await putMinimal(session);
    expect(await session.listReferrers(subject.digest)).toEqual([]);
    const first = await putMinimal(session, subject, 'first');
    const second = await putMinimal(session, subject, 'second');
    await putMinimal(session, subject, 'second');
    const listed = await session.listReferrers(subject.digest);
    expect(listed.map(({ digest }) => digest)).toEqual([first.digest, second.digest]);
    expect(listed[0]).toMatchObject({ artifactType: 'application/vnd.test.note.v1', annotations: { note: 'first' } });
    expect(await session.findManifest(subject.digest.replace(':', '-'))).toMatchObject({
      contentType: 'application/vnd.oci.image.index.v1+json',
    });
    expect(await session.listReferrers(subject.digest, 'application/vnd.test.other.v1')).toEqual([]);
    expect(await session.listReferrers(subject.digest, 'application/vnd.test.note.v1')).toHaveLength(2);
  });

  it('is left at once when the work is cancelled', async () => {
    const controller = new AbortController();
    const client = createOciClient({ allowPrivateHosts: ['127.0.0.1'], chunkBytes: 10 });
    const session = client.open(
      { registry: registry.host, repository: 'acme/cancelled' },
      { access: 'push', signal: controller.signal },
    );
    const reason = new Error('enough');
    const bytes = randomBytes(100_000);
    const pushing = session.putBlob(bytes, { mediaType: 'a/b', onProgress: () => controller.abort(reason) });
    await expect(pushing).rejects.toBe(reason);
    expect(await open('acme/cancelled').hasBlob(describeBytes(bytes, 'a/b'))).toBe(false);
  });

  it('is not reached on loopback unless that is listed', async () => {
    const session = createOciClient().open(
      { registry: registry.host, repository: 'acme/demo' },
      { access: 'pull', signal },
    );
    await expect(session.findManifest('1.0.0')).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  });
});
