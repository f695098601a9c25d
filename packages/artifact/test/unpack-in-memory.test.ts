import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTree, unpackInMemory } from '@agentmesh/artifact';
import { describe, expect, it } from 'vitest';
import { hostileArchives } from './hostile-archives.js';
import { temporaryFolder } from './temporary-folder.js';
import { writeFiles } from './write-files.js';

const FILES = {
  'a.txt': 'a',
  'lib/run': '#!/bin/sh\n',
  'lib/b.js': 'b'.repeat(10_000),
  'large.txt': randomBytes(750_000).toString('hex'),
  empty: '',
};

describe('unpackInMemory', () => {
  it('gives the tree that was packed, and the content of every file', async () => {
    const { bytes, tree } = await packTree(await writeFiles(join(await temporaryFolder(), 'in'), FILES));
    const unpacked = await unpackInMemory(bytes);
    expect(unpacked.tree).toEqual(tree);
    const texts = [...unpacked.files].map(([path, content]) => [path, Buffer.from(content).toString()]);
    expect(Object.fromEntries(texts)).toEqual(FILES);
  });

  it.each(hostileArchives())('refuses $name as a folder does', async ({ code, bytes }) => {
    await expect(unpackInMemory(bytes)).rejects.toMatchObject({ code });
  });

  it('takes no more memory than it may', async () => {
    const { bytes } = await packTree(await writeFiles(join(await temporaryFolder(), 'in'), FILES));
    await expect(unpackInMemory(bytes, { limits: { maxBytes: 1_000_000 } })).rejects.toMatchObject({
      code: 'TREE_TOO_LARGE',
    });
  });

  it('refuses bytes after the end of a small gzip, and an abort', async () => {
    const { bytes } = await packTree(await writeFiles(join(await temporaryFolder(), 'in'), { a: 'a' }));
    const more = Buffer.concat([bytes, Buffer.from('more')]);
    await expect(unpackInMemory(more)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
    await expect(unpackInMemory(gzipSync('no tar'))).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
    const stop = new Error('stop');
    await expect(unpackInMemory(bytes, { signal: AbortSignal.abort(stop) })).rejects.toBe(stop);
  });
});
