import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { PluginRegistry, RegistryEntry } from '@agentmesh/registry';
import { type ExtractEvents, extract } from 'tar-stream';
import type { Readme } from './readme.js';
import { renderMarkdown } from './render-markdown.js';

/** Largest archive that is looked into for a page, in bytes. */
const MOST_ARCHIVE = 16_777_216;
/** Most bytes that come out of one. */
const MOST_UNPACKED = 67_108_864;
/** Longest text that is shown, in bytes. */
const MOST_TEXT = 32_768;
type Entry = ExtractEvents['entry'][1];

const NAME = /^readme(?:\.md|\.markdown|\.txt)?$/i;

/** The README of a version's archive, which is checked as it passes; undefined where there is none or the archive is too large for a page. */
export async function readReadme(
  registry: Pick<PluginRegistry, 'openArtifact'>,
  entry: RegistryEntry,
): Promise<Readme | undefined> {
  if (entry.artifact === undefined || entry.artifact.size > MOST_ARCHIVE) return undefined;
  const bytes = await findReadme(Readable.fromWeb(await registry.openArtifact(entry)));
  if (bytes === undefined) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(0, MOST_TEXT));
  return { html: renderMarkdown(text), cut: bytes.length > MOST_TEXT };
}

async function findReadme(archive: Readable): Promise<Buffer | undefined> {
  const entries = extract();
  const feeding = pipeline(archive, createGunzip(), limitUnpacked, entries as unknown as NodeJS.WritableStream);
  const [found] = await Promise.all([takeReadme(entries), feeding]);
  return found;
}

async function takeReadme(entries: AsyncIterable<Entry>): Promise<Buffer | undefined> {
  let found: Buffer | undefined;
  for await (const entry of entries) {
    const isReadme = found === undefined && entry.header.type === 'file' && NAME.test(entry.header.name);
    const bytes = await readBeginning(entry, isReadme ? MOST_TEXT : 0);
    if (isReadme) found = bytes;
  }
  return found;
}

/** Ends early at the limit, which the reader of the archive then tells as an archive that is cut. */
async function* limitUnpacked(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MOST_UNPACKED) return;
    yield chunk;
  }
}

/** Reads to the end, keeping one byte more than is shown, if there is one. */
async function readBeginning(entry: Entry, most: number): Promise<Buffer> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of entry as AsyncIterable<Buffer>) {
    if (bytes <= most) kept.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(kept);
}
