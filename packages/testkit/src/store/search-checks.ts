import assert from 'node:assert/strict';
import type { RegistryEntry, RegistryStore } from '@agentmesh/registry';
import type { ContractCheck } from '../contract-check.js';
import { followPages } from './follow-pages.js';
import { putEntries } from './make-entry.js';
import { SEARCH_CASES, type SearchCase } from './search-cases.js';
import { CATALOGUE } from './search-catalogue.js';
import type { StoreContract } from './store-contract.js';
import { storeCheck } from './with-store.js';

/** What a search finds, and in which order. */
export function searchChecks(contract: StoreContract): ContractCheck[] {
  return Object.entries(SEARCH_CASES).map(([name, cases]) =>
    storeCheck(contract, name, async (store) => {
      await putEntries(store, CATALOGUE);
      for (const each of cases) await checkCase(store, each);
    }),
  );
}

async function checkCase(store: RegistryStore, { why, query, finds }: SearchCase): Promise<void> {
  const found = await followPages(store, query);
  const format = (entry: RegistryEntry, index: number) =>
    finds[index]?.includes('@') ? `${entry.manifest.name}@${entry.manifest.version}` : entry.manifest.name;
  assert.deepEqual(found.map(format), finds, `Expected that a search ${why}; the query was ${JSON.stringify(query)}`);
}
