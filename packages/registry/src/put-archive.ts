import { readFile } from 'node:fs/promises';
import type { BlobStore } from './blob-store.js';
import type { SentArchive } from './sent-archive.js';

/**
 * Keeps an archive; one in a file piece by piece, where the store can.
 *
 * @throws MarketplaceError `INTEGRITY_MISMATCH`
 */
export async function putArchive(blobs: BlobStore, archive: SentArchive): Promise<void> {
  const { integrity } = archive;
  if ('bytes' in archive) return blobs.put(archive.bytes, integrity);
  if (blobs.putFile !== undefined) return blobs.putFile(archive.path, integrity);
  return blobs.put(await readFile(archive.path), integrity);
}
