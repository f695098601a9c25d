import assert from 'node:assert/strict';
import { parseSource, SourceRegistry } from '@agentmesh/resolver';
import type { ContractCheck } from '../contract-check.js';
import { assertFetched, assertRefused } from './asserts.js';
import type { ResolverContract } from './resolver-contract.js';
import { tryFetch } from './trial.js';

/** What a resolver does when nothing is wrong, and when what was asked for is not there. */
export function basicChecks(contract: ResolverContract): ContractCheck[] {
  return [
    { name: 'has a scheme that a registry takes', run: () => checkScheme(contract) },
    { name: 'fetches a known source, whole and nothing beside it', run: () => checkKnown(contract) },
    { name: 'answers a resolved source that fetches the same files again', run: () => checkResolved(contract) },
    { name: 'reports progress that never goes back', run: () => checkProgress(contract) },
    { name: 'refuses a missing source with SOURCE_NOT_FOUND', run: () => checkMissing(contract) },
  ];
}

async function checkScheme(contract: ResolverContract): Promise<void> {
  const resolver = await contract.createResolver();
  const registry = new SourceRegistry();
  assert.doesNotThrow(() => registry.register(resolver), 'A registry refuses the resolver');
}

async function checkKnown(contract: ResolverContract): Promise<void> {
  const { scheme } = await contract.createResolver();
  assertFetched(await tryFetch(contract, contract.known.spec), contract.known, scheme);
}

async function checkResolved(contract: ResolverContract): Promise<void> {
  const { scheme } = await contract.createResolver();
  const first = await tryFetch(contract, contract.known.spec);
  assertFetched(first, contract.known, scheme);
  const { spec } = parseSource(first.fetched?.resolved ?? '');
  const second = await tryFetch(contract, spec);
  assertFetched(second, contract.known, scheme);
  assert.equal(second.fetched?.resolved, first.fetched?.resolved, 'A resolved source resolves to another one');
  assert.deepEqual(second.entries, first.entries, 'A resolved source has other files');
}

async function checkProgress(contract: ResolverContract): Promise<void> {
  const { scheme } = await contract.createResolver();
  let last = { bytes: 0, files: 0 };
  let wentBack = false;
  const onProgress = (progress: typeof last) => {
    const counts = Number.isSafeInteger(progress.bytes) && Number.isSafeInteger(progress.files);
    wentBack ||= !counts || progress.bytes < last.bytes || progress.files < last.files;
    last = progress;
  };
  assertFetched(await tryFetch(contract, contract.known.spec, { onProgress }), contract.known, scheme);
  assert.equal(wentBack, false, 'Expected bytes and files of the progress to be integers that only grow');
}

async function checkMissing(contract: ResolverContract): Promise<void> {
  assertRefused(await tryFetch(contract, contract.missing), contract, 'SOURCE_NOT_FOUND');
}
