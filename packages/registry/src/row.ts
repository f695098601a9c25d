import type { EntryState, RegistryEntry } from './registry-entry.js';

/** A version as the memory and file stores keep it: what a search looks at, and the entry, which may be made on demand. */
export interface Row {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly type: string;
  readonly organization: string | null;
  readonly state: EntryState;
  /** Empty when unknown, which is before every time. */
  readonly publishedAt: string;
  readonly entry: RegistryEntry;
}

/** The row of an entry. */
export function rowOf(entry: RegistryEntry): Row {
  const { manifest, status, publishedAt = '' } = entry;
  return {
    name: manifest.name,
    version: manifest.version,
    description: manifest.description,
    type: manifest.plugin_type,
    organization: manifest.organization,
    state: status.state,
    publishedAt,
    entry,
  };
}
