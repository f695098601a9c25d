import { hash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createGunzip, gunzipSync, gzipSync } from 'node:zlib';
import { copyTree, inspectTree, listTree, packTree, unpackArchive } from '@agentmesh/artifact';
import { extract } from 'tar-stream';
import { afterAll, test } from 'vitest';

const FILES = 100;
const FILE_BYTES = 10_486;

const folder = await mkdtemp(join(tmpdir(), 'artifact-bench-'));
const source = join(folder, 'source');
const contents = new Map(
  Array.from({ length: FILES }, (_, index) => [`lib${index % 10}/f${index}.js`, sourceText(index)]),
);
for (const [path, content] of contents) {
  await mkdir(dirname(join(source, path)), { recursive: true });
  await writeFile(join(source, path), content);
}
const { bytes: archive, tree } = await packTree(source);
const tar = gunzipSync(archive);
let runs = 0;

afterAll(() => rm(folder, { recursive: true, force: true }));

test('read and hash 100 files, 1 MB', async ({ bench }) => {
  await bench.compare(
    bench('listTree', async () => void (await listTree(source))),
    bench('inspectTree', async () => void (await inspectTree(source, tree.files))),
    bench('reference: readFile and sha256, one after the other', async () => {
      for (const path of contents.keys()) hash('sha256', await readFile(join(source, path)));
    }),
    bench('reference: sha256 of the same bytes in memory', () => {
      for (const content of contents.values()) hash('sha256', content);
    }),
  );
}, 60_000);

test('pack 100 files, 1 MB', async ({ bench }) => {
  await bench.compare(
    bench('packTree', async () => void (await packTree(source))),
    bench('reference: zlib gzip -9 of the same tar in memory', () => void gzipSync(tar, { level: 9 })),
  );
}, 60_000);

test('unpack or copy 100 files, 1 MB', async ({ bench }) => {
  await bench.compare(
    bench('unpackArchive', async () => void (await unpackArchive(archive, next()))),
    bench('copyTree', async () => void (await copyTree(source, next()))),
    bench('reference: tar-stream and writeFile, unguarded, not hashed', () => extractUnguarded(next())),
    bench('reference: fs.cp, unguarded, not hashed', () => cp(source, next(), { recursive: true })),
  );
}, 60_000);

function next(): string {
  runs += 1;
  return join(folder, `out${runs}`);
}

/** Text that compresses about as well as source code. */
function sourceText(seed: number): string {
  let text = '';
  for (let line = seed * 1_000; text.length < FILE_BYTES; line += 1) {
    text += `export const value${line} = call${(line * 7_919) % 997}(${(line * 104_729) % 65_537}, 'text ${line % 89}');\n`;
  }
  return text.slice(0, FILE_BYTES);
}

async function extractUnguarded(target: string): Promise<void> {
  const reader = extract();
  createGunzip()
    .on('data', (chunk) => reader.write(chunk))
    .on('end', () => reader.end(undefined))
    .end(archive);
  for await (const entry of reader) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry as AsyncIterable<Uint8Array>) chunks.push(chunk);
    const path = join(target, entry.header.name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.concat(chunks));
  }
}
