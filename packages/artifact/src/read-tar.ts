import { isMarketplaceError } from '@agentmesh/errors';
import { type Extract, type ExtractEvents, extract } from 'tar-stream';
import { archiveInvalid, decoded } from './archive-invalid.js';
import type { ArchiveSink } from './archive-sink.js';
import { unsafe } from './refusal.js';
import { TarFraming } from './tar-framing.js';

const KINDS: Readonly<Record<string, string>> = {
  link: 'it is a hard link',
  symlink: 'it is a symbolic link',
  'character-device': 'it is a device',
  'block-device': 'it is a device',
  fifo: 'it is a fifo',
};

type Entry = ExtractEvents['entry'][1];

/** Reads the bytes of a tar into the sink, as they arrive. Throws `ARCHIVE_INVALID` and what the sink throws. */
export async function readTar(
  chunks: AsyncIterable<Uint8Array>,
  sink: ArchiveSink,
  signal: AbortSignal | undefined,
): Promise<void> {
  const reader = extract();
  const feeding = feed(chunks, reader);
  try {
    for await (const entry of decoded(reader, signal)) await takeEntry(entry, sink, signal);
  } catch (error) {
    reader.destroy();
    const failure = await feeding;
    // A reader that was destroyed tells less than what destroyed it.
    throw isMarketplaceError(error) && error.code === 'ARCHIVE_INVALID' ? (failure ?? error) : error;
  }
}

/** Never rejects: a failure destroys the reader, so that nobody waits for it, and is answered. */
async function feed(chunks: AsyncIterable<Uint8Array>, reader: Extract): Promise<unknown> {
  const framing = new TarFraming();
  const closed = new Promise<void>((resolve) => reader.once('close', () => resolve()));
  try {
    for await (const chunk of chunks) {
      framing.take(chunk);
      if (!reader.write(chunk)) await Promise.race([drained(reader), closed]);
      if (reader.destroyed) return undefined;
    }
    framing.finish();
    reader.end(undefined);
    return undefined;
  } catch (error) {
    reader.destroy(error instanceof Error ? error : null);
    return error;
  }
}

function drained(reader: Extract): Promise<void> {
  return new Promise((resolve) => reader.once('drain', () => resolve()));
}

async function takeEntry(entry: Entry, sink: ArchiveSink, signal: AbortSignal | undefined): Promise<void> {
  const { type, name, size, linkname } = entry.header;
  const path = name.replace(/^\.\//, '');
  if (type === 'directory') {
    if (path !== '' && path !== '.') sink.declareFolder(path.replace(/\/$/, ''));
    return;
  }
  if (type !== 'file') throw unsafe(path, KINDS[type] ?? 'it is not a regular file');
  if (linkname) throw archiveInvalid('a file entry names a link target');
  sink.declareFile(path, size);
  // Its types leave open what a stream of bytes yields.
  await sink.write(path, size, decoded(entry as AsyncIterable<Uint8Array>, signal));
}
