import type { BlobStore } from './blob-store.js';
import { changeListed } from './change-listed.js';
import { getVersion } from './get-entry.js';
import type { RegistryEntry } from './registry-entry.js';
import type { RegistryStore } from './registry-store.js';

/** Removes a version or all of a name; see `PluginRegistry.unregister`. */
export async function unregisterVersions(
  { store, blobs }: { readonly store: RegistryStore; readonly blobs: BlobStore },
  name: string,
  version: string | undefined,
): Promise<readonly RegistryEntry[]> {
  const { removed, left } = await changeListed(store, name, (rows) => {
    const all = rows.versions;
    const chosen = version === undefined ? all : [getVersion(name, all, version)];
    for (const entry of chosen) rows.remove(entry.manifest.version);
    if (rows.versions.length === 0) rows.setOwners([]);
    return { removed: chosen, left: rows.versions };
  });
  // An archive holds its manifest, and so its name: no other name's version can list the same one.
  const kept = new Set(left.map((entry) => entry.artifact?.integrity));
  for (const { artifact } of removed) {
    if (artifact !== undefined && !kept.has(artifact.integrity)) await blobs.remove?.(artifact.integrity);
  }
  return removed;
}
