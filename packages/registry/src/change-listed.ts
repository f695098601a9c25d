import { pluginNotFound } from './not-found.js';
import type { NameRows, RegistryStore } from './registry-store.js';

/**
 * Changes a name that has to be listed.
 *
 * @throws MarketplaceError `PLUGIN_NOT_FOUND`; whatever `work` throws
 */
export async function changeListed<T>(store: RegistryStore, name: string, work: (rows: NameRows) => T): Promise<T> {
  const outcome = await store.change(name, (rows) => {
    return rows.versions.length === 0 ? undefined : { answer: work(rows) };
  });
  if (outcome === undefined) throw await pluginNotFound(store, name);
  return outcome.answer;
}
