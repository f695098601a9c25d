import { changeListed } from './change-listed.js';
import { getVersion } from './get-entry.js';
import type { EntryStatus, RegistryEntry } from './registry-entry.js';
import type { RegistryStore } from './registry-store.js';

/**
 * Changes the status of a listed version, and the time it was changed, and nothing else of it.
 *
 * @throws MarketplaceError `PLUGIN_NOT_FOUND`, `VERSION_NOT_FOUND`
 */
export async function setStatus(
  { store, now }: { readonly store: RegistryStore; readonly now: () => Date },
  { name, version }: { readonly name: string; readonly version: string },
  status: EntryStatus,
): Promise<RegistryEntry> {
  return changeListed(store, name, (rows) => {
    const entry = getVersion(name, rows.versions, version);
    const next = Object.freeze({ ...entry, updatedAt: now().toISOString(), status: Object.freeze(status) });
    rows.put(next);
    return next;
  });
}
