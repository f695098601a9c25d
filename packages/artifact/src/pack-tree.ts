import type { Pack } from 'tar-stream';
import type { Archive } from './archive.js';
import { comparePaths } from './compare-paths.js';
import { FILES_AT_ONCE } from './files-at-once.js';
import { forEachBounded } from './for-each-bounded.js';
import type { GzipWriter } from './gzip-writer.js';
import { mostUnpacked } from './most-unpacked.js';
import { tooLarge } from './refusal.js';
import { createTree, type TreeFile } from './tree.js';
import { DEFAULT_TREE_LIMITS } from './tree-limits.js';
import type { TreeOptions } from './tree-options.js';
import { openTree, type TreeReader } from './tree-reader.js';

/**
 * Packs a folder as a deterministic `.tgz`: files in byte order of their paths, no folder entries, no times, no owners,
 * modes by content. The same files give the same bytes on every machine. The view is `packing` unless given.
 * The archive is held in memory.
 *
 * @throws MarketplaceError what {@link listTree} throws; `TREE_TOO_LARGE` also when unpacking would refuse the archive for its `maxRatio`
 */
export async function packTree(dir: string, options: TreeOptions = {}): Promise<Archive> {
  const reader = await openTree(dir, { view: 'packing', ...options, singleLink: true });
  const { GzipWriter } = await import('./gzip-writer.js');
  const gzip = new GzipWriter();
  const tree = createTree(await packFiles(reader, gzip, options.signal));
  await reader.confirm();
  const { bytes, integrity } = gzip.finish();
  if (!(gzip.total <= mostUnpacked(bytes.length, { ...DEFAULT_TREE_LIMITS, ...options.limits }))) {
    throw tooLarge(dir, 'its files compress so far that the archive would be refused as a bomb');
  }
  return { bytes, integrity, tree };
}

async function packFiles(reader: TreeReader, gzip: GzipWriter, signal: AbortSignal | undefined): Promise<TreeFile[]> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  const packing = addFiles(tar, reader, signal);
  // A failure destroys the stream, so that the loop below throws it.
  const settled = packing.then(
    () => {},
    (error: Error) => tar.destroy(error),
  );
  try {
    // Its types leave open what a stream of bytes yields.
    for await (const chunk of tar as AsyncIterable<Uint8Array>) {
      signal?.throwIfAborted();
      await gzip.write(chunk);
    }
  } finally {
    await settled;
  }
  return packing;
}

async function addFiles(tar: Pack, reader: TreeReader, signal: AbortSignal | undefined): Promise<TreeFile[]> {
  const paths = [...reader.paths].sort(comparePaths);
  const packed: TreeFile[] = [];
  for (let start = 0; start < paths.length; start += FILES_AT_ONCE) {
    for (const content of await readContents(reader, paths.slice(start, start + FILES_AT_ONCE), signal)) {
      await addFile(tar, content);
      packed.push(content.file);
    }
  }
  tar.finalize();
  return packed;
}

interface Content {
  readonly file: TreeFile;
  readonly bytes: Buffer;
}

async function readContents(
  reader: TreeReader,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Content[]> {
  const contents = new Map<string, Content>();
  await forEachBounded(paths, { width: FILES_AT_ONCE, signal }, async (path) => {
    const chunks: Buffer[] = [];
    const file = await reader.read(path, (chunk) => void chunks.push(chunk));
    contents.set(path, { file, bytes: Buffer.concat(chunks) });
  });
  return [...contents.values()].sort((a, b) => comparePaths(a.file.path, b.file.path));
}

function addFile(tar: Pack, { file, bytes }: Content): Promise<void> {
  const header = { name: file.path, mode: file.executable ? 0o755 : 0o644, mtime: new Date(0), uid: 0, gid: 0 };
  return new Promise((resolve, reject) => {
    tar.entry({ ...header, type: 'file' }, bytes, (error) => (error ? reject(error) : resolve()));
  });
}
