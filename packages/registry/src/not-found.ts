import { MarketplaceError, nearest, printable } from '@agentmesh/errors';
import type { RegistryEntry } from './registry-entry.js';
import type { RegistryStore } from './registry-store.js';

const CANDIDATES = 200;
const BEGINNING = 3;
const LISTED = 10;

/** `PLUGIN_NOT_FOUND`, with the listed name that was probably meant. */
export async function pluginNotFound(store: RegistryStore, name: string): Promise<MarketplaceError> {
  const { items } = await store.search({ text: name.slice(0, BEGINNING), limit: CANDIDATES });
  const guess = nearest(
    name,
    items.map((entry) => entry.manifest.name),
  );
  return new MarketplaceError(`The registry lists no plugin ${printable(name)}`, {
    code: 'PLUGIN_NOT_FOUND',
    hint: guess === undefined ? 'Search the registry for a part of the name.' : `Did you mean ${printable(guess)}?`,
  });
}

/** `VERSION_NOT_FOUND`, with the versions that there are. */
export function versionNotFound(name: string, version: string, entries: readonly RegistryEntry[]): MarketplaceError {
  const versions = entries.slice(-LISTED).map((entry) => printable(entry.manifest.version, 40));
  return new MarketplaceError(`The registry lists no version ${printable(version, 40)} of ${printable(name)}`, {
    code: 'VERSION_NOT_FOUND',
    hint: `There is ${versions.join(', ')}.`,
  });
}

/** `VERSION_NOT_FOUND` for a plugin whose every version is yanked. */
export function allYanked(name: string): MarketplaceError {
  return new MarketplaceError(`Every version of ${printable(name)} is yanked`, {
    code: 'VERSION_NOT_FOUND',
    hint: 'Ask for one by its version if you must have it.',
  });
}
