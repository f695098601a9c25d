import type { RegistryEntry } from './registry-entry.js';
import type { RegistryStore, SearchQuery } from './registry-store.js';

/** Every page of an answer, one after the other. */
export async function searchAll(store: RegistryStore, query: SearchQuery): Promise<readonly RegistryEntry[]> {
  const entries: RegistryEntry[] = [];
  let page = await store.search(query);
  while (page.cursor !== undefined) {
    entries.push(...page.items);
    page = await store.search({ ...query, cursor: page.cursor });
  }
  return [...entries, ...page.items];
}
