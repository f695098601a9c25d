import { fromBufferPromise, type ZipFile } from 'yauzl';
import { archiveInvalid, decoded } from './archive-invalid.js';
import type { ArchiveSink } from './archive-sink.js';
import { inflateEntry } from './inflate-entry.js';
import { mostUnpacked } from './most-unpacked.js';
import { tooLarge } from './refusal.js';
import type { TreeLimits } from './tree-limits.js';
import { readZipEntry, type ZipEntry } from './zip-entry.js';
import { checkZipLayout, type LocatedEntry, readZipDirectory, type ZipDirectory } from './zip-layout.js';

/** How {@link readZip} reads. */
export interface ReadZipOptions {
  readonly limits: TreeLimits;
  readonly signal: AbortSignal | undefined;
}

/** Reads a zip into the sink; nothing is written before all headers have passed. Throws `ARCHIVE_INVALID`, `TREE_TOO_LARGE` and what the sink throws. */
export async function readZip(bytes: Buffer, sink: ArchiveSink, options: ReadZipOptions): Promise<void> {
  const { signal } = options;
  const zip = await invalidOnFailure(fromBufferPromise(bytes, { decodeStrings: false, validateEntrySizes: true }));
  const directory = readZipDirectory(bytes, zip);
  const entries = await readEntries(zip, options, directory);
  declare(entries, sink, mostUnpacked(bytes.length, options.limits));
  const located: LocatedEntry[] = [];
  for (const { header } of entries) {
    signal?.throwIfAborted();
    located.push({ header, local: await invalidOnFailure(zip.readLocalFileHeaderPromise(header)) });
  }
  checkZipLayout(bytes, located, directory);
  for (const [index, { path, isFolder }] of entries.entries()) {
    const place = located[index];
    if (isFolder || place === undefined) continue;
    signal?.throwIfAborted();
    const start = place.local.fileDataStart;
    const content = await inflateEntry(bytes.subarray(start, start + place.header.compressedSize), place.header);
    await sink.write(path, content.length, content.length === 0 ? [] : [content]);
  }
}

async function readEntries(
  zip: ZipFile,
  { limits, signal }: ReadZipOptions,
  directory: ZipDirectory,
): Promise<ZipEntry[]> {
  if (!(zip.entryCount <= limits.maxFiles))
    throw tooLarge('the archive', `there are more than ${limits.maxFiles} entries`);
  const entries: ZipEntry[] = [];
  let position = directory.start;
  for await (const header of decoded(zip.eachEntry(), signal)) {
    position += 46 + header.fileNameLength + header.extraFieldLength + header.fileCommentLength;
    entries.push(readZipEntry(header));
  }
  if (position !== directory.end) throw archiveInvalid('the directory holds more than its entries');
  return entries;
}

function declare(entries: readonly ZipEntry[], sink: ArchiveSink, most: number): void {
  let total = 0;
  for (const { path, isFolder, header } of entries) {
    if (isFolder) sink.declareFolder(path);
    else sink.declareFile(path, header.uncompressedSize);
    total += header.uncompressedSize;
    if (!(total <= most)) throw tooLarge('the archive', 'it unpacks to more than its size allows');
  }
}

async function invalidOnFailure<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw archiveInvalid(error instanceof Error ? error.message : String(error), error);
  }
}
