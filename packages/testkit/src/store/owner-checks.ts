import assert from 'node:assert/strict';
import type { OwnerKey, RegistryStore } from '@agentmesh/registry';
import type { ContractCheck } from '../contract-check.js';
import { makeEntry, putEntries } from './make-entry.js';
import { makeOwner } from './make-owner.js';
import type { StoreContract } from './store-contract.js';
import { storeCheck } from './with-store.js';

const ALICE: OwnerKey = makeOwner();
const BOB: OwnerKey = makeOwner();

/** Whom a name belongs to, and which names look like it. */
export function ownerChecks(contract: StoreContract): ContractCheck[] {
  return [
    storeCheck(contract, 'keeps the owners of a name in order', checkOwners),
    storeCheck(contract, 'forgets the owners with the last version', checkOwnersForgotten),
    storeCheck(contract, 'reports names that differ by case, hyphen and underscore alone', checkLookalikes),
  ];
}

async function checkOwners(store: RegistryStore): Promise<void> {
  await putEntries(store, [makeEntry('p'), makeEntry('q')]);
  await store.change('p', (rows) => rows.setOwners([ALICE]));
  await store.change('p', (rows) => rows.setOwners([BOB, ...rows.owners]));
  assert.deepEqual(await store.owners('p'), [BOB, ALICE]);
  assert.deepEqual(await store.change('p', (rows) => rows.owners), [BOB, ALICE]);
  assert.deepEqual(await store.owners('q'), [], 'A name has the owners of another');
}

async function checkOwnersForgotten(store: RegistryStore): Promise<void> {
  await store.change('p', (rows) => {
    rows.put(makeEntry('p'));
    rows.setOwners([ALICE]);
  });
  await store.change('p', (rows) => rows.remove('1.0.0'));
  assert.deepEqual(await store.owners('p'), []);
  await putEntries(store, [makeEntry('p')]);
  assert.deepEqual(await store.owners('p'), [], 'The owners of a removed name came back with it');
}

async function checkLookalikes(store: RegistryStore): Promise<void> {
  await putEntries(store, [
    makeEntry('my-plugin'),
    makeEntry('My_Plugin'),
    makeEntry('myplugin'),
    makeEntry('my-plugin2'),
  ]);
  const alike = (name: string) => store.change(name, (rows) => [...rows.lookalikes].sort());
  assert.deepEqual(await alike('MY-PLUGIN'), ['My_Plugin', 'my-plugin']);
  assert.deepEqual(await alike('my-plugin'), ['My_Plugin'], 'A name looks like itself');
  assert.deepEqual(await alike('other'), []);
  await store.change('My_Plugin', (rows) => rows.remove('1.0.0'));
  assert.deepEqual(await alike('my-plugin'), [], 'A removed name is still a look-alike');
}
