import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { RegistryStore } from '@agentmesh/registry';
import type { ContractCheck } from '../contract-check.js';
import { makeEntry } from './make-entry.js';
import type { StoreContract } from './store-contract.js';
import { storeCheck } from './with-store.js';

const MANY = 20;

/** Changes come one after the other, and readers see none of them half done. */
export function concurrencyChecks(contract: StoreContract): ContractCheck[] {
  return [
    storeCheck(contract, 'takes concurrent changes of one name one after the other', checkOneName),
    storeCheck(contract, 'loses no change of another name', checkManyNames),
    storeCheck(contract, 'keeps the changes beside one that throws', checkThrowBeside),
    storeCheck(contract, 'never shows a reader half a change', checkReaders),
  ];
}

async function checkOneName(store: RegistryStore): Promise<void> {
  await Promise.all(
    Array.from({ length: MANY }, () =>
      store.change('p', (rows) => rows.put(makeEntry('p', { version: `${rows.versions.length}.0.0` }))),
    ),
  );
  const versions = (await store.versions('p')).map((entry) => entry.manifest.version);
  assert.deepEqual(
    versions,
    Array.from({ length: MANY }, (_, index) => `${index}.0.0`),
  );
}

async function checkManyNames(store: RegistryStore): Promise<void> {
  const names = Array.from({ length: MANY }, (_, index) => `p${index}`);
  await Promise.all(names.map((name) => store.change(name, (rows) => rows.put(makeEntry(name)))));
  const found = (await store.search({ limit: MANY })).items.map((entry) => entry.manifest.name);
  assert.deepEqual([...found].sort(), [...names].sort());
  for (const name of names) assert.equal((await store.versions(name)).length, 1, `${name} was lost`);
}

async function checkThrowBeside(store: RegistryStore): Promise<void> {
  const changes = Array.from({ length: MANY }, (_, index) =>
    store.change('p', (rows) => {
      rows.put(makeEntry('p', { version: `${index}.0.0` }));
      if (index % 2 === 1) throw new Error('refused');
    }),
  );
  const outcomes = await Promise.allSettled(changes);
  const kept = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [`${index}.0.0`] : []));
  assert.equal(kept.length, MANY / 2, 'Expected every second change to fail and no other');
  const versions = (await store.versions('p')).map((entry) => entry.manifest.version);
  assert.deepEqual([...versions].sort(), [...kept].sort());
}

async function checkReaders(store: RegistryStore): Promise<void> {
  let isWriting = true;
  const writing = putPairs(store).finally(() => {
    isWriting = false;
  });
  const odd: number[] = [];
  const note = (rows: readonly unknown[]) => {
    if (rows.length % 2 === 1) odd.push(rows.length);
  };
  while (isWriting) {
    // Turns for the writer, whatever the store reads from, and not always as many.
    for (let left = Math.random() * 3; left > 0; left -= 1) await turn();
    note(await store.versions('p'));
    note((await store.search({ latestOnly: false })).items);
  }
  await writing;
  assert.deepEqual(odd, [], 'A reader saw one of two versions that were put together');
}

async function putPairs(store: RegistryStore): Promise<void> {
  for (let index = 0; index < MANY; index += 1) {
    await store.change('p', (rows) => {
      rows.put(makeEntry('p', { version: `${index}.0` }));
      rows.put(makeEntry('p', { version: `${index}.1` }));
    });
  }
}
