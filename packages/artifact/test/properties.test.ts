import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { copyTree, inspectTree, listTree, packTree, unpackArchive } from '@agentmesh/artifact';
import { isMarketplaceError } from '@agentmesh/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paxRecord, tarBytes } from './tar-bytes.js';
import { temporaryFolder } from './temporary-folder.js';
import { writeFiles } from './write-files.js';
import { zipBytes } from './zip-bytes.js';

const segment = fc
  .stringMatching(/^[a-zé日\u{1f600}][a-z0-9 ._é日\u{1f600}-]{0,6}[a-z0-9é日\u{1f600}]$/u)
  .map((name) => name.normalize('NFC'));
// The number keeps two paths from clashing in any way.
const paths = fc
  .array(fc.array(segment, { minLength: 1, maxLength: 4 }), { maxLength: 12 })
  .map((lists) => lists.map((list, index) => `${index}${list.join('/')}`));
const content = fc.oneof(
  fc.uint8Array({ maxLength: 3_000 }),
  fc.string().map((text) => `#!${text}`),
);
const trees = paths.chain((list) =>
  fc.tuple(...list.map((path) => fc.tuple(fc.constant(path), content))).map((pairs) => Object.fromEntries(pairs)),
);

describe('any tree', () => {
  it('has the same digest after packing and unpacking, and after copying', async () => {
    const folder = await temporaryFolder();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(trees, async (files) => {
        runs += 1;
        const dir = await writeFiles(join(folder, `${runs}/in`), files);
        const tree = await listTree(dir);
        const archive = await packTree(dir);
        expect(archive.tree).toEqual(tree);
        expect(await unpackArchive(archive.bytes, join(folder, `${runs}/out`))).toEqual(tree);
        expect(await inspectTree(join(folder, `${runs}/out`), tree.files)).toEqual([]);
        expect((await copyTree(dir, join(folder, `${runs}/copy`))).digest).toBe(tree.digest);
      }),
      { numRuns: 60 },
    );
  });
});

const entries = [
  { name: 'a.txt', content: 'a'.repeat(600) },
  { name: 'lib/b.js', content: 'b' },
  { name: 'lib/sub/c.js', content: '#!/bin/sh\n' },
];
const tar = tarBytes([
  { name: 'P', type: 'x', content: paxRecord('path', 'long/é.txt') },
  { name: 'x', content: 'x' },
  { name: 'dir/', type: '5' },
  ...entries,
]);
const archives = {
  tar,
  tgz: gzipSync(tar),
  zip: zipBytes([
    ...entries,
    { name: 'dir/', unixMode: 0o040755, method: 0 },
    { name: 'd', content: 'd', descriptor: true },
  ]),
};

describe.each(Object.entries(archives))('a %s with random bytes changed', (kind, bytes) => {
  const change = fc.record({
    at: fc.nat({ max: bytes.length - 1 }),
    value: fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 0x2e, 0x2f, 0x31, 0x32, 0x35, 0x37, 0xff)),
  });
  const edits = fc.record({
    changes: fc.array(change, { minLength: 1, maxLength: 6 }),
    cut: fc.option(fc.nat({ max: bytes.length }), { freq: 5 }),
  });

  it('is unpacked as told or refused by code, and nothing appears outside the target', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'outside/canary': 'alive' });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(edits, async ({ changes, cut }) => {
        runs += 1;
        const changed = Buffer.from(bytes.subarray(0, cut ?? bytes.length));
        for (const { at, value } of changes) if (at < changed.length) changed[at] = value;
        if (kind === 'tar') for (let at = 0; at + 512 <= changed.length; at += 512) mendChecksum(changed, at);
        const target = join(folder, 'stage', `${runs}`);
        await mkdir(target, { recursive: true });
        await checkOutcome(changed, target);
        expect(await readdir(folder)).toEqual(['outside', 'stage']);
        expect(await readFile(join(folder, 'outside/canary'), 'utf8')).toBe('alive');
        expect(await readdir(join(folder, 'stage'))).toHaveLength(runs);
      }),
      { numRuns: 250 },
    );
  });
});

async function checkOutcome(bytes: Uint8Array, target: string): Promise<void> {
  try {
    const tree = await unpackArchive(bytes, target, { signal: AbortSignal.timeout(5_000) });
    expect(await inspectTree(target, tree.files)).toEqual([]);
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    expect(['TREE_UNSAFE', 'TREE_TOO_LARGE', 'ARCHIVE_INVALID']).toContain(error.code);
    expect(await readdir(target)).toEqual([]);
  }
}

/** Makes a changed header pass its checksum, so that the change reaches the checks behind it. */
function mendChecksum(bytes: Buffer, at: number): void {
  const header = bytes.subarray(at, at + 512);
  if (header.toString('latin1', 257, 262) !== 'ustar') return;
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
