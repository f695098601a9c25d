import assert from 'node:assert/strict';
import type { RegistryStore } from '@agentmesh/registry';
import type { ContractCheck } from '../contract-check.js';
import { followPages } from './follow-pages.js';
import { makeEntry, putEntries } from './make-entry.js';
import { CATALOGUE } from './search-catalogue.js';
import type { StoreContract } from './store-contract.js';
import { withStore } from './with-store.js';

const OWNER = { keyId: 'SHA256:a', publicKey: 'pem' };

/** Rows outlive the store, and a second store on the same rows sees what the first does. */
export function persistenceChecks(contract: StoreContract): ContractCheck[] {
  if (contract.persistent !== true) return [];
  return [
    { name: 'has everything when it is opened again', run: () => checkReopen(contract) },
    { name: 'loses nothing of two stores that change the same rows', run: () => checkTwoStores(contract) },
  ];
}

async function checkReopen(contract: StoreContract): Promise<void> {
  await withStore(contract, async ({ store, reopen }) => {
    await putEntries(store, CATALOGUE);
    await store.change('old', (rows) => rows.setOwners([OWNER]));
    assert.ok(reopen, 'A persistent contract needs reopen');
    const again = await reopen();
    assert.deepEqual(await snapshot(again), await snapshot(store));
    assert.deepEqual(await again.owners('old'), [OWNER]);
    await again.close?.();
  });
}

async function checkTwoStores(contract: StoreContract): Promise<void> {
  await withStore(contract, async ({ store, reopen }) => {
    assert.ok(reopen, 'A persistent contract needs reopen');
    const second = await reopen();
    const stores = [store, second];
    const add = (one: RegistryStore, index: number) =>
      one.change('p', (rows) => rows.put(makeEntry('p', { version: `${rows.versions.length}.${index}` })));
    await Promise.all(Array.from({ length: 10 }, (_, index) => stores.map((one) => add(one, index))).flat());
    for (const one of stores) assert.equal((await one.versions('p')).length, 20, 'A change of one store was lost');
    await second.close?.();
  });
}

/** Through JSON, since prototypes do not count. */
async function snapshot(store: RegistryStore): Promise<unknown> {
  const found = await followPages(store, { latestOnly: false });
  const yanked = await store.versions('length-yanked');
  return JSON.parse(JSON.stringify([...found, ...yanked]));
}
