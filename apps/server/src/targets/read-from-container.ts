import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { type ContainerPlace, withScratch } from './container-place.js';

/** Of 10,000 files a record takes less; whoever works in the container may have made it larger, and reading it take long. */
const MAX_BYTES = 8 * 1_048_576;

/** The text of a file of a container, of at most 8 MiB; undefined when it is absent. What is no file reads as empty. */
export async function readFromContainer(place: ContainerPlace, path: string): Promise<string | undefined> {
  return withScratch(place, async (folder) => {
    const file = join(folder, 'tar');
    const found = await place.client.getArchive(place.container, path, { file, maxBytes: MAX_BYTES });
    return found ? readFirstFile(await readFile(file)) : undefined;
  });
}

async function readFirstFile(tar: Buffer): Promise<string> {
  const reading = extract();
  reading.end(tar);
  for await (const entry of reading) {
    const chunks: Uint8Array[] = [];
    // Its types leave open what a stream of bytes yields.
    for await (const chunk of entry as AsyncIterable<Uint8Array>) chunks.push(chunk);
    if (entry.header.type === 'file') return Buffer.concat(chunks).toString('utf8');
  }
  // A link or a folder in its place is no record.
  return '';
}
