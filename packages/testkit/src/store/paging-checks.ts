import assert from 'node:assert/strict';
import { isMarketplaceError } from '@agentmesh/errors';
import type { RegistryEntry, RegistryStore, SearchQuery } from '@agentmesh/registry';
import type { ContractCheck } from '../contract-check.js';
import { followPages } from './follow-pages.js';
import { putEntries } from './make-entry.js';
import { CATALOGUE } from './search-catalogue.js';
import type { StoreContract } from './store-contract.js';
import { storeCheck } from './with-store.js';

const QUERIES: readonly SearchQuery[] = [
  {},
  { text: 'length' },
  { text: 'e' },
  { latestOnly: false },
  { organization: 'acme' },
];
const LIMITS = [1, 2, 3, 7, 100];
const BAD_CURSORS = ['', 'no cursor', '-1', '{}', 'bnVsbA', '../../x', "' OR 1=1 --", 'A'.repeat(10_000)];

/** An answer in parts is the answer in one. */
export function pagingChecks(contract: StoreContract): ContractCheck[] {
  const check = (name: string, run: (store: RegistryStore) => Promise<void>) =>
    storeCheck(contract, name, async (store) => {
      await putEntries(store, CATALOGUE);
      await run(store);
    });
  return [
    check('gives the same entries in pages of any length', checkPages),
    check('ends with a page without a cursor', checkEnd),
    check('refuses a cursor that it did not make with CURSOR_INVALID', checkBadCursors),
  ];
}

async function checkPages(store: RegistryStore): Promise<void> {
  for (const query of QUERIES) {
    const whole = (await followPages(store, query)).map(keyOf);
    for (const limit of LIMITS) {
      const found = (await followPages(store, { ...query, limit })).map(keyOf);
      assert.deepEqual(found, whole, `Pages of ${limit} give another answer to ${JSON.stringify(query)}`);
    }
  }
}

async function checkEnd(store: RegistryStore): Promise<void> {
  const exact = (await followPages(store, { text: 'length' })).length;
  const page = await store.search({ text: 'length', limit: exact });
  assert.equal(page.items.length, exact);
  assert.equal(page.cursor, undefined, 'A page that holds the whole answer has a cursor');
  assert.equal((await store.search({ text: 'nowhere', limit: 1 })).cursor, undefined, 'An empty answer has a cursor');
}

async function checkBadCursors(store: RegistryStore): Promise<void> {
  for (const cursor of BAD_CURSORS) {
    await assert.rejects(
      store.search({ cursor, limit: 1 }),
      (error) => isMarketplaceError(error) && error.code === 'CURSOR_INVALID',
      `Expected CURSOR_INVALID for the cursor ${JSON.stringify(cursor.slice(0, 40))}`,
    );
  }
}

function keyOf({ manifest }: RegistryEntry): string {
  return `${manifest.name}@${manifest.version}`;
}
