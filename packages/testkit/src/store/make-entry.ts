import { createManifest, type ManifestFields } from '@agentmesh/manifest';
import type { RegistryEntry, RegistryStore } from '@agentmesh/registry';

/** An entry's parts beside its manifest, which is active unless said otherwise. */
export type EntryRest = Partial<Omit<RegistryEntry, 'manifest'>>;

/** Makes an entry of version 1.0.0 with everything that a check does not care about filled in. */
export function makeEntry(name: string, fields: Partial<ManifestFields> = {}, rest: EntryRest = {}): RegistryEntry {
  const manifest = createManifest({
    version: '1.0.0',
    description: 'A plugin',
    author: 'checks@example.com',
    plugin_type: 'agent',
    ...fields,
    name,
  });
  return { status: { state: 'active' }, ...rest, manifest };
}

/** Puts entries, each in a change of its own. */
export async function putEntries(store: RegistryStore, entries: readonly RegistryEntry[]): Promise<void> {
  for (const entry of entries) await store.change(entry.manifest.name, (rows) => rows.put(entry));
}
