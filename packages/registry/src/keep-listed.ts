import type { BlobStore } from './blob-store.js';
import { putArchive } from './put-archive.js';
import type { NameRows, RegistryStore } from './registry-store.js';
import type { SentArchive } from './sent-archive.js';

/** What is listed, and where. */
export interface KeepListedOptions<T> {
  readonly store: RegistryStore;
  readonly blobs: BlobStore;
  readonly name: string;
  /** Lists it, as the work of `RegistryStore.change`. */
  readonly list: (rows: NameRows) => T;
}

/**
 * Keeps an archive and lists it, in one step where the store can. Elsewhere the archive goes first: one that no version lists is
 * harmless, a version without its archive is not.
 */
export async function keepListed<T>(archive: SentArchive, options: KeepListedOptions<T>): Promise<T> {
  const { store, blobs, name, list } = options;
  const keep = keeping(archive, options);
  if (keep === undefined) await putArchive(blobs, archive);
  const answer = await store.change(name, (rows) => {
    const listed = list(rows);
    keep?.(rows);
    return listed;
  });
  // Again, because the same version may just have been unregistered, and its archive removed after the first time.
  await putArchive(blobs, archive);
  return answer;
}

function keeping(archive: SentArchive, { store, blobs }: Pick<KeepListedOptions<unknown>, 'blobs' | 'store'>) {
  if (!('bytes' in archive)) return undefined;
  const keep = blobs.beside?.(store, archive.size);
  return keep === undefined ? undefined : (rows: NameRows) => keep(rows, archive.bytes, archive.integrity);
}
