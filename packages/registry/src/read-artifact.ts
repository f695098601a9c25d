import type { ReadableStream } from 'node:stream/web';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { blobMissing } from './blob-missing.js';
import type { BlobRange, BlobStore } from './blob-store.js';
import { cutOut } from './cut-out.js';
import type { RegistryEntry } from './registry-entry.js';
import { verifyStream } from './verify-stream.js';

/** Opens an entry's archive, checked while it passes; see `PluginRegistry.openArtifact`. */
export async function openArtifact(
  blobs: Pick<BlobStore, 'open'>,
  entry: RegistryEntry,
): Promise<ReadableStream<Uint8Array>> {
  if (entry.artifact === undefined) throw blobMissing(nameOf(entry));
  const stream = await blobs.open(entry.artifact.integrity);
  return stream.pipeThrough(verifyStream(entry.artifact));
}

/** Opens a part of an entry's archive; see `PluginRegistry.openArtifactRange`. */
export async function openArtifactRange(
  blobs: BlobStore,
  entry: RegistryEntry,
  range: BlobRange,
): Promise<ReadableStream<Uint8Array>> {
  if (entry.artifact === undefined) throw blobMissing(nameOf(entry));
  const { integrity } = entry.artifact;
  if (blobs.openRange !== undefined) return blobs.openRange(integrity, range);
  return (await blobs.open(integrity)).pipeThrough(cutOut(range));
}

/** Reads an entry's archive whole; see `PluginRegistry.readArtifact`. */
export async function readArtifact(
  blobs: Pick<BlobStore, 'open'>,
  entry: RegistryEntry,
  maxBytes: number,
): Promise<Uint8Array> {
  const size = entry.artifact?.size ?? 0;
  if (size > maxBytes) {
    throw new MarketplaceError(`Expected an archive of at most ${maxBytes} bytes, ${nameOf(entry)} has ${size}`, {
      code: 'ARTIFACT_TOO_LARGE',
      hint: 'Raise the limit on bytes if you want this plugin.',
    });
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of await openArtifact(blobs, entry)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function nameOf({ manifest }: RegistryEntry): string {
  return printable(`${manifest.name} ${manifest.version}`);
}
