import { isMarketplaceError } from '@agentmesh/errors';
import type { CopySource, CopyTarget } from './copy-source.js';
import { openArtifact, readArtifact } from './read-artifact.js';
import type { RegistryEntry } from './registry-entry.js';

const ABSENT: ReadonlySet<string> = new Set(['BLOB_NOT_FOUND', 'INTEGRITY_MISMATCH']);

/**
 * Copies an entry's archive unless the target has it, whole and undamaged. The bytes are hashed on both sides.
 *
 * @returns whether it was copied
 * @throws MarketplaceError `BLOB_NOT_FOUND`, `INTEGRITY_MISMATCH`, `ARTIFACT_TOO_LARGE`
 */
export async function copyArtifact(
  { from, to }: { readonly from: CopySource['blobs']; readonly to: CopyTarget['blobs'] },
  entry: RegistryEntry,
  maxBytes: number,
): Promise<boolean> {
  if (entry.artifact === undefined || (await isThere(to, entry))) return false;
  await to.put(await readArtifact(from, entry, maxBytes), entry.artifact.integrity);
  return true;
}

async function isThere(blobs: CopyTarget['blobs'], entry: RegistryEntry): Promise<boolean> {
  try {
    for await (const _ of await openArtifact(blobs, entry));
    return true;
  } catch (error) {
    if (isMarketplaceError(error) && ABSENT.has(error.code)) return false;
    throw error;
  }
}
