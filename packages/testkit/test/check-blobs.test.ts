import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import { type BlobStore, createMemoryBlobs, openFolderBlobs } from '@agentmesh/registry';
import { type BlobsContract, checkBlobs } from '@agentmesh/testkit';
import { describe, expect, it } from 'vitest';
import { expectBroken } from './expect-broken.js';

const memory: BlobsContract = {
  open: async () => ({ blobs: createMemoryBlobs(), close: async () => undefined }),
};

const folder: BlobsContract = {
  persistent: true,
  open: async () => {
    const place = await mkdtemp(join(tmpdir(), 'agentmesh-blobs-'));
    const reopen = async () => openFolderBlobs(join(place, 'artifacts'));
    return { blobs: await reopen(), reopen, close: () => rm(place, { recursive: true, force: true }) };
  },
};

/** What is wrong, how, and the check that has to see it. */
const FAULTS: readonly (readonly [string, (blobs: BlobStore) => Partial<BlobStore>, string])[] = [
  [
    'gives other bytes',
    () => ({ open: async () => streamOf(new Uint8Array([7])) }),
    'gives back the bytes that were put',
  ],
  ['keeps nothing', () => ({ put: async () => undefined }), 'gives back the bytes that were put'],
  ['refuses to put again', refusesSecond, 'takes the same bytes again, and many times at once'],
  ['makes bytes up', () => ({ open: async () => streamOf(new Uint8Array(0)) }), 'knows nothing of what was never put'],
  [
    'does not check bytes',
    () => ({ put: async () => undefined }),
    'refuses bytes of another integrity and keeps none of them',
  ],
  ['takes any integrity', () => ({ put: async () => undefined }), 'refuses a hostile integrity'],
  ['takes any file', () => ({ putFile: async () => undefined }), 'takes a file as it takes bytes, when it takes files'],
  [
    'gives the whole for a part',
    (blobs) => ({ openRange: (integrity) => blobs.open(integrity) }),
    'gives any part of the bytes, when it gives parts',
  ],
];

describe('checkBlobs passes the memory blobs', () => {
  for (const check of checkBlobs(memory)) it(check.name, check.run);
});

describe('checkBlobs passes the folder blobs', () => {
  for (const check of checkBlobs(folder)) it(check.name, check.run);
});

describe('checkBlobs finds a blob store that', () => {
  it.each(FAULTS)('%s', async (_, change, name) => {
    const open = async () => {
      const good = createMemoryBlobs();
      const fault = change(good);
      const blobs: BlobStore = {
        put: fault.put ?? ((bytes, integrity) => good.put(bytes, integrity)),
        open: fault.open ?? ((integrity) => good.open(integrity)),
        ...(fault.putFile === undefined ? {} : { putFile: fault.putFile }),
        ...(fault.openRange === undefined ? {} : { openRange: fault.openRange }),
      };
      return { blobs, close: async () => undefined };
    };
    await expectBroken(checkBlobs({ open }), name);
  });

  it('forgets everything when it is opened again', async () => {
    const open = async () => ({
      blobs: createMemoryBlobs(),
      reopen: async () => createMemoryBlobs(),
      close: async () => undefined,
    });
    await expectBroken(checkBlobs({ open, persistent: true }), REOPEN);
  });

  it('is wrong in any way that it checks', () => {
    const names = checkBlobs(folder).map((check) => check.name);
    expect([...new Set([...FAULTS.map(([, , name]) => name), REOPEN])].sort()).toEqual([...names].sort());
  });
});

const REOPEN = 'has the bytes when it is opened again';

function refusesSecond(blobs: BlobStore): Partial<BlobStore> {
  const seen = new Set<string>();
  return {
    put: async (bytes, integrity) => {
      if (seen.has(integrity)) throw new Error('EEXIST');
      seen.add(integrity);
      await blobs.put(bytes, integrity);
    },
  };
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
