import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { isMarketplaceError } from '@agentmesh/errors';
import { DEFAULT_FETCH_LIMITS, SourceRegistry } from '@agentmesh/resolver';
import type { ContractCheck } from '../contract-check.js';
import { assertFetched, assertRefused } from './asserts.js';
import type { ResolverContract } from './resolver-contract.js';
import { inScratch, tryFetch } from './trial.js';

const TIMEOUT_MS = 5;
const ROUNDS = 5;

/** A fetch costs no more than it may. */
export function limitChecks(contract: ResolverContract): ContractCheck[] {
  return [
    { name: 'takes a plugin that has just as many files as it may', run: () => checkFits(contract) },
    { name: 'stops at maxFiles with FETCH_TOO_LARGE', run: () => checkLimit(contract, 'maxFiles') },
    { name: 'stops at maxBytes with FETCH_TOO_LARGE', run: () => checkLimit(contract, 'maxBytes') },
    { name: 'ends at a deadline with FETCH_TIMEOUT, or whole', run: () => checkDeadline(contract) },
  ];
}

async function checkFits(contract: ResolverContract): Promise<void> {
  const { scheme } = await contract.createResolver();
  const whole = await tryFetch(contract, contract.known.spec);
  const maxFiles = whole.entries.filter((entry) => entry.kind === 'file').length;
  const limits = { ...DEFAULT_FETCH_LIMITS, maxFiles };
  assertFetched(await tryFetch(contract, contract.known.spec, { limits }), contract.known, scheme);
}

async function checkLimit(contract: ResolverContract, limit: 'maxFiles' | 'maxBytes'): Promise<void> {
  const limits = { ...DEFAULT_FETCH_LIMITS, [limit]: 1 };
  assertRefused(await tryFetch(contract, contract.known.spec, { limits }), contract, 'FETCH_TOO_LARGE');
}

async function checkDeadline(contract: ResolverContract): Promise<void> {
  const whole = await tryFetch(contract, contract.known.spec);
  for (let round = 0; round < ROUNDS; round += 1) {
    const resolver = await contract.createResolver();
    const source = { scheme: resolver.scheme, spec: contract.known.spec };
    const registry = new SourceRegistry().register(resolver);
    // The deadline passes while bytes are on their way, however fast the source is.
    const options = { limits: { timeoutMs: TIMEOUT_MS }, onProgress: blockPastDeadline };
    const trial = await inScratch((target) => registry.fetch(source, target, options));
    if (trial.fetched === undefined) assertTimedOut(trial.error);
    assert.deepEqual(
      trial.entries,
      trial.fetched === undefined ? [] : whole.entries,
      'The target is neither empty nor whole',
    );
    assert.deepEqual(trial.strays, [], 'A fetch that ran out of time left something beside its target');
  }
}

function blockPastDeadline(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TIMEOUT_MS * 2);
}

function assertTimedOut(error: unknown): void {
  assert.ok(
    isMarketplaceError(error) && error.code === 'FETCH_TIMEOUT',
    `Expected FETCH_TIMEOUT, got ${inspect(error)}`,
  );
}
