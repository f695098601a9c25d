import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { integrityOf } from '@agentmesh/artifact';
import { createOciClient, EMPTY_CONFIG, EMPTY_TYPE } from '@agentmesh/oci';
import type { BlobStore } from '@agentmesh/registry';
import { openOciBlobs } from '@agentmesh/registry-oci';
import { type DockerRegistry, failureOf, startDockerRegistry } from '@agentmesh/test-support';
import { checkBlobs } from '@agentmesh/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let registry: DockerRegistry;
let count = 0;
beforeAll(async () => {
  registry = await startDockerRegistry();
});
afterAll(() => registry?.close());

function open(repository: string, maxBytes?: number): BlobStore {
  const client = createOciClient({ allowPrivateHosts: ['127.0.0.1'], retry: { attempts: 1 } });
  const limits = maxBytes === undefined ? {} : { maxBytes };
  return openOciBlobs({ client, repository: { registry: registry.host, repository }, ...limits });
}

function contract() {
  count += 1;
  const repository = `archives/check-${count}`;
  return { blobs: open(repository), reopen: async () => open(repository), close: async () => undefined };
}

describe("Blobs in Debian's docker-registry", () => {
  for (const check of checkBlobs({ persistent: true, open: async () => contract() })) it(check.name, check.run);

  it('is shared by servers that put the same archive at the same time', async () => {
    const bytes = randomBytes(50_000);
    const servers = [open('archives/shared'), open('archives/shared'), open('archives/shared')];
    await Promise.all(servers.map((blobs) => blobs.put(bytes, integrityOf(bytes))));
    for (const blobs of servers) {
      expect(await buffer(await blobs.open(integrityOf(bytes)))).toEqual(bytes);
    }
  });

  it('refuses other bytes that somebody put under the tag of an archive', async () => {
    const bytes = randomBytes(100);
    const blobs = open('archives/swapped');
    await blobs.put(bytes, integrityOf(bytes));
    await putUnderTagOf(bytes, randomBytes(100), 'application/vnd.agentmesh.archive.v1');
    expect(await failureOf(blobs.open(integrityOf(bytes)))).toMatchObject({ code: 'INTEGRITY_MISMATCH' });
    await blobs.put(bytes, integrityOf(bytes));
    expect(await buffer(await blobs.open(integrityOf(bytes)))).toEqual(bytes);
  });

  it('refuses a manifest of another kind under the tag of an archive', async () => {
    const bytes = randomBytes(100);
    const blobs = open('archives/swapped');
    await putUnderTagOf(bytes, bytes, 'application/vnd.test.other.v1');
    expect(await failureOf(blobs.open(integrityOf(bytes)))).toMatchObject({ code: 'ARCHIVE_INVALID' });
  });

  it('brings no archive beyond its limit', async () => {
    const bytes = randomBytes(2_000);
    await open('archives/large').put(bytes, integrityOf(bytes));
    const failure = await failureOf(open('archives/large', 1_999).open(integrityOf(bytes)));
    expect(failure).toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });

  it('says that an OCI registry is gone, and not that the archive is missing', async () => {
    const own = await startDockerRegistry();
    const client = createOciClient({ allowPrivateHosts: ['127.0.0.1'], retry: { attempts: 1 } });
    const blobs = openOciBlobs({ client, repository: { registry: own.host, repository: 'archives' } });
    await own.close();
    const bytes = randomBytes(10);
    expect(await failureOf(blobs.open(integrityOf(bytes)))).toMatchObject({ code: 'FETCH_FAILED' });
    expect(await failureOf(blobs.put(bytes, integrityOf(bytes)))).toMatchObject({ code: 'FETCH_FAILED' });
  });
});

async function putUnderTagOf(named: Uint8Array, bytes: Uint8Array, artifactType: string): Promise<void> {
  const client = createOciClient({ allowPrivateHosts: ['127.0.0.1'] });
  const repository = { registry: registry.host, repository: 'archives/swapped' };
  const session = client.open(repository, { access: 'push', signal: new AbortController().signal });
  const layer = await session.putBlob(bytes, { mediaType: 'application/octet-stream' });
  await session.putBlob(EMPTY_CONFIG.bytes, { mediaType: EMPTY_TYPE });
  const hex = Buffer.from(integrityOf(named).slice('sha512-'.length), 'base64').toString('hex');
  await session.putManifest({ artifactType, config: EMPTY_CONFIG.descriptor, layers: [layer.descriptor] }, hex);
}
