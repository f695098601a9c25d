import assert from 'node:assert/strict';
import type { RegistryEntry, RegistryStore } from '@agentmesh/registry';
import type { ContractCheck } from '../contract-check.js';
import { makeEntry, putEntries } from './make-entry.js';
import type { StoreContract } from './store-contract.js';
import { storeCheck } from './with-store.js';

/** An entry with every part that a store has to keep. */
const FULL: RegistryEntry = makeEntry(
  'full',
  {
    description: 'Zeile 1\nZeile 2 — 日本語 😀 "quoted" \\ \' %_*',
    organization: 'acme',
    capabilities: ['a', 'b'],
    dependencies: ['other>=1.0.0,<2.0.0'],
    content_digest: 'h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    keywords: ['k'],
    'x-note': { deep: [1, true, null, 'text'] },
  },
  {
    publishedAt: '2024-05-06T07:08:09.000Z',
    artifact: { integrity: `sha512-${Buffer.alloc(64, 1).toString('base64')}`, size: 42 },
    status: { state: 'deprecated', reason: 'Old', successor: 'newer' },
    keyId: 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
  },
);

/** One name's rows: what was put is there, in order, all of it or nothing. */
export function changeChecks(contract: StoreContract): ContractCheck[] {
  return [
    storeCheck(contract, 'knows nothing of a name that was never put', checkUnknown),
    storeCheck(contract, 'keeps every part of an entry, and passes the answer of the work on', checkEntryKept),
    storeCheck(contract, 'keeps versions in the order they were put, a replaced one in its place', checkOrder),
    storeCheck(contract, 'shows the work its own changes', checkDraft),
    storeCheck(contract, 'keeps nothing of a work that throws, and rejects with its error', checkThrow),
    storeCheck(contract, 'forgets a name with its last version', checkRemove),
  ];
}

async function checkUnknown(store: RegistryStore): Promise<void> {
  assert.deepEqual(await store.versions('nobody'), []);
  assert.deepEqual(await store.owners('nobody'), []);
  assert.deepEqual((await store.search({})).items, []);
  const seen = await store.change('nobody', ({ versions, owners, lookalikes }) => ({ versions, owners, lookalikes }));
  assert.deepEqual(seen, { versions: [], owners: [], lookalikes: [] });
  assert.deepEqual((await store.search({})).items, [], 'A change that puts nothing lists a name');
}

async function checkEntryKept(store: RegistryStore): Promise<void> {
  const answer = await store.change('full', (rows) => {
    rows.put(FULL);
    return 'answer';
  });
  assert.equal(answer, 'answer');
  assert.deepEqual(plain(await store.versions('full')), plain([FULL]));
  assert.deepEqual(plain((await store.search({})).items), plain([FULL]));
  const inside = await store.change('full', (rows) => rows.versions);
  assert.deepEqual(plain(inside), plain([FULL]));
}

async function checkOrder(store: RegistryStore): Promise<void> {
  await putEntries(store, ['2.0.0', '10.0.0', '1.0.0'].map(versioned));
  await store.change('p', (rows) => {
    rows.put(versioned('3.0.0'));
    rows.put(makeEntry('p', { version: '10.0.0' }, { status: { state: 'yanked', reason: 'broken' } }));
  });
  const versions = await store.versions('p');
  assert.deepEqual(versions.map(versionOf), ['2.0.0', '10.0.0', '1.0.0', '3.0.0']);
  assert.deepEqual(versions.at(1)?.status, { state: 'yanked', reason: 'broken' });
}

async function checkDraft(store: RegistryStore): Promise<void> {
  await putEntries(store, [versioned('1.0.0')]);
  const owner = { keyId: 'SHA256:a', publicKey: 'pem' };
  const seen = await store.change('p', (rows) => {
    rows.put(versioned('2.0.0'));
    rows.remove('1.0.0');
    rows.remove('9.9.9');
    rows.setOwners([owner]);
    return { versions: rows.versions.map(versionOf), owners: rows.owners };
  });
  assert.deepEqual(seen, { versions: ['2.0.0'], owners: [owner] });
}

async function checkThrow(store: RegistryStore): Promise<void> {
  await putEntries(store, [versioned('1.0.0')]);
  const thrown = new Error('refused');
  const change = store.change('p', (rows) => {
    rows.put(versioned('2.0.0'));
    rows.remove('1.0.0');
    rows.setOwners([{ keyId: 'SHA256:a', publicKey: 'pem' }]);
    throw thrown;
  });
  await assert.rejects(change, (error) => error === thrown, 'The error of the work was not passed on');
  assert.deepEqual((await store.versions('p')).map(versionOf), ['1.0.0']);
  assert.deepEqual(await store.owners('p'), []);
  await store.change('p', (rows) => rows.put(versioned('3.0.0')));
  assert.deepEqual((await store.versions('p')).map(versionOf), ['1.0.0', '3.0.0']);
}

async function checkRemove(store: RegistryStore): Promise<void> {
  await putEntries(store, [versioned('1.0.0'), makeEntry('q')]);
  await store.change('p', (rows) => rows.remove('1.0.0'));
  assert.deepEqual(await store.versions('p'), []);
  assert.deepEqual((await store.search({ text: 'p' })).items.map(nameOf), ['q'], 'A removed name is still found');
  await putEntries(store, [versioned('1.0.0')]);
  assert.deepEqual((await store.search({})).items.map(nameOf), ['q', 'p'], 'A name that came again is not the last');
}

function versioned(version: string): RegistryEntry {
  return makeEntry('p', { version });
}

function versionOf(entry: RegistryEntry): string {
  return entry.manifest.version;
}

function nameOf(entry: RegistryEntry): string {
  return entry.manifest.name;
}

/** Prototypes do not count: a manifest may be made with or without one. */
function plain(entries: readonly RegistryEntry[]): unknown {
  return JSON.parse(JSON.stringify(entries));
}
