import assert from 'node:assert/strict';
import type { RegistryEntry, RegistryStore, SearchQuery } from '@agentmesh/registry';

const MAX_PAGES = 1_000;

/** All entries of a search, page by page. */
export async function followPages(store: RegistryStore, query: SearchQuery): Promise<readonly RegistryEntry[]> {
  const found: RegistryEntry[] = [];
  let next: SearchQuery | undefined = query;
  for (let count = 0; next !== undefined; count += 1) {
    assert.ok(count < MAX_PAGES, `A search of a small store has more than ${MAX_PAGES} pages`);
    const page = await store.search(next);
    const most = query.limit ?? Number.POSITIVE_INFINITY;
    assert.ok(page.items.length <= most, `Expected at most ${most} entries a page, got ${page.items.length}`);
    found.push(...page.items);
    next = page.cursor === undefined ? undefined : { ...query, cursor: page.cursor };
  }
  return found;
}
