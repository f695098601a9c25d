import assert from 'node:assert/strict';
import { parseSource } from '@agentmesh/resolver';
import type { ContractCheck } from '../contract-check.js';
import { assertFetched, assertRefused } from './asserts.js';
import { ifGiven } from './if-given.js';
import type { ResolverContract } from './resolver-contract.js';
import { tryFetch } from './trial.js';

/** A policy may ask for references that cannot move. */
export function pinChecks(contract: ResolverContract): ContractCheck[] {
  const { moving } = contract;
  return [
    ...ifGiven(moving, 'refuses what may move before any network use where pinned sources are required', (specs) =>
      checkMoving(contract, specs),
    ),
    ...ifGiven(moving, 'takes what it resolved to where pinned sources are required', () => checkPinned(contract)),
  ];
}

async function checkMoving(contract: ResolverContract, specs: readonly string[]): Promise<void> {
  for (const spec of specs) {
    const before = contract.contacts?.();
    assertRefused(await tryFetch(contract, spec, { pinned: 'required' }), contract, 'SOURCE_UNPINNED');
    assert.equal(contract.contacts?.(), before, 'The upstream was asked about a source that may move');
  }
}

async function checkPinned(contract: ResolverContract): Promise<void> {
  const { scheme } = await contract.createResolver();
  const first = await tryFetch(contract, contract.known.spec);
  const { spec } = parseSource(first.fetched?.resolved ?? '');
  const again = await tryFetch(contract, spec, { pinned: 'required' });
  assertFetched(again, { ...contract.known, spec }, scheme);
  assert.deepEqual(again.entries, first.entries, 'A pinned source has other files');
}
