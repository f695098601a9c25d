import assert from 'node:assert/strict';
import { isMarketplaceError } from '@agentmesh/errors';
import type { RegistryStore, SearchQuery } from '@agentmesh/registry';
import type { ContractCheck } from '../contract-check.js';
import { followPages } from './follow-pages.js';
import { makeEntry, putEntries } from './make-entry.js';
import type { StoreContract } from './store-contract.js';
import { storeCheck } from './with-store.js';

const LATER = { publishedAt: '2024-03-01T00:00:00.000Z' };
const WORDS = [
  makeEntry('tagged', { keywords: ['ÉCLAIR', 'sum', 'x"y'], capabilities: ['summary-of-text'] }),
  makeEntry('able', { keywords: ['other'], capabilities: ['sum', 'mary'] }),
  makeEntry('told', { description: 'Writes a summary' }),
  makeEntry('late', { capabilities: ['summary'] }, LATER),
  makeEntry('summary-name', {}, LATER),
];
const IN_CASES: readonly (readonly [SearchQuery, readonly string[]])[] = [
  [{ text: 'summary' }, ['summary-name', 'told']],
  [{ text: 'summary', in: [] }, ['summary-name', 'told']],
  [{ text: 'SUMMARY', in: ['capabilities'] }, ['summary-name', 'told', 'late', 'tagged']],
  [{ text: 'summary', in: ['keywords'] }, ['summary-name', 'told']],
  [{ text: 'éclair', in: ['keywords', 'capabilities'] }, ['tagged']],
  [{ text: 'éclair', in: ['capabilities'] }, []],
  [{ text: 'x"y', in: ['keywords'] }, ['tagged']],
  [{ text: 'sum\nmary', in: ['capabilities'] }, []],
  [{ text: 'um', in: ['keywords'] }, ['summary-name', 'told', 'tagged']],
];

const TIMES = [
  makeEntry('unknown'),
  makeEntry('early', {}, { publishedAt: '2024-01-01T00:00:00.000Z' }),
  makeEntry('changed', {}, { publishedAt: '2024-01-01T00:00:00.000Z', updatedAt: '2024-02-01T00:00:00.5Z' }),
  makeEntry('exact', {}, { publishedAt: '2024-02-01T00:00:00Z' }),
];
const TIME_CASES: readonly (readonly [string, readonly string[]])[] = [
  ['2023-01-01T00:00:00Z', ['early', 'changed', 'exact']],
  ['2024-02-01T00:00:00.000Z', ['changed', 'exact']],
  ['2024-02-01T01:00:00+01:00', ['changed', 'exact']],
  ['2024-02-01T00:00:00.501Z', []],
];

/** What a search may look at besides names and descriptions. */
export function searchOptionChecks(contract: StoreContract): ContractCheck[] {
  return [
    storeCheck(contract, 'search looks at keywords and capabilities when asked to, and ranks them last', checkFields),
    storeCheck(contract, 'search finds what was published or changed since a time', checkSince),
    storeCheck(contract, 'search refuses a time that is none with TIME_INVALID', checkBadTime),
  ];
}

async function checkFields(store: RegistryStore): Promise<void> {
  await putEntries(store, WORDS);
  for (const [query, names] of IN_CASES) {
    for (const limit of [100, 1])
      assert.deepEqual(await find(store, { ...query, limit }), names, JSON.stringify(query));
  }
}

async function checkSince(store: RegistryStore): Promise<void> {
  await putEntries(store, TIMES);
  for (const [updatedSince, names] of TIME_CASES) {
    assert.deepEqual(await find(store, { updatedSince }), names, updatedSince);
    const found = await find(store, { updatedSince, text: 'a plugin' });
    assert.deepEqual([...found].sort(), [...names].sort(), `${updatedSince}, with a text`);
  }
}

async function checkBadTime(store: RegistryStore): Promise<void> {
  for (const updatedSince of ['', 'yesterday', "' OR 1=1 --", '9'.repeat(1_000)]) {
    await assert.rejects(
      store.search({ updatedSince }),
      (error) => isMarketplaceError(error) && error.code === 'TIME_INVALID',
      `Expected TIME_INVALID for ${JSON.stringify(updatedSince.slice(0, 40))}`,
    );
  }
}

async function find(store: RegistryStore, query: SearchQuery): Promise<readonly string[]> {
  return (await followPages(store, query)).map((entry) => entry.manifest.name);
}
