import assert from 'node:assert/strict';
import type { RegistryStore } from '@agentmesh/registry';
import type { ContractCheck } from '../contract-check.js';
import { makeEntry, putEntries } from './make-entry.js';
import { makeOwner } from './make-owner.js';
import type { StoreContract } from './store-contract.js';
import { storeCheck } from './with-store.js';

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'null', 'NaN', '0'];

/** Names and versions that mean something to a language or a database are data like any other. */
export function hostileNameChecks(contract: StoreContract): ContractCheck[] {
  return NAMES.map((name) =>
    storeCheck(contract, `takes "${name}" for a name like any other`, (store) => checkName(store, name)),
  );
}

async function checkName(store: RegistryStore, name: string): Promise<void> {
  const owner = makeOwner();
  await putEntries(store, [makeEntry('other')]);
  assert.deepEqual(await store.versions(name), [], 'The name has versions before any was put');
  assert.deepEqual(await store.owners(name), []);
  const alike = await store.change(name, (rows) => {
    rows.put(makeEntry(name));
    rows.setOwners([owner]);
    return rows.lookalikes;
  });
  assert.deepEqual(alike, []);
  assert.deepEqual(
    (await store.versions(name)).map((entry) => entry.manifest.name),
    [name],
  );
  assert.deepEqual(await store.owners(name), [owner]);
  assert.deepEqual(
    (await store.search({ text: name })).items.map((entry) => entry.manifest.name),
    [name],
  );
  await store.change(name, (rows) => rows.remove('1.0.0'));
  assert.deepEqual(await store.versions(name), []);
  assert.equal((await store.search({})).items.length, 1);
}
