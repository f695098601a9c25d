import { latestVersion } from './latest-version.js';
import { allYanked, pluginNotFound, versionNotFound } from './not-found.js';
import type { RegistryEntry } from './registry-entry.js';
import type { RegistryStore } from './registry-store.js';

/** Gets a plugin's version, or its latest; see `PluginRegistry.getEntry`. */
export async function getEntry(store: RegistryStore, name: string, version?: string): Promise<RegistryEntry> {
  const entries = await store.versions(name);
  if (entries.length === 0) throw await pluginNotFound(store, name);
  if (version !== undefined) return getVersion(name, entries, version);
  const states = entries.map((entry) => ({ version: entry.manifest.version, state: entry.status.state, entry }));
  const latest = latestVersion(states);
  if (latest === undefined) throw allYanked(name);
  return latest.entry;
}

/** Gets one of a plugin's versions, by its exact spelling. */
export function getVersion(name: string, entries: readonly RegistryEntry[], version: string): RegistryEntry {
  const entry = entries.find((listed) => listed.manifest.version === version);
  if (entry === undefined) throw versionNotFound(name, version, entries);
  return entry;
}
