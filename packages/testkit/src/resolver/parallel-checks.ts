import assert from 'node:assert/strict';
import { DEFAULT_FETCH_LIMITS, type SourceResolver } from '@agentmesh/resolver';
import type { ContractCheck } from '../contract-check.js';
import { assertFetched, assertRefused } from './asserts.js';
import type { KnownSource, ResolverContract } from './resolver-contract.js';
import { inScratch, type ResolverTrial, tryFetch } from './trial.js';

const PAIRS = 5;

/** One resolver serves any number of fetches at the same time. */
export function parallelChecks(contract: ResolverContract): ContractCheck[] {
  return [
    { name: 'keeps parallel fetches apart', run: () => checkParallel(contract) },
    { name: 'lets a fetch succeed while others beside it fail', run: () => checkFailuresBeside(contract) },
  ];
}

async function checkParallel(contract: ResolverContract): Promise<void> {
  const resolver = await contract.createResolver();
  const sources = Array.from({ length: PAIRS }, () => [contract.known, contract.other]).flat();
  const alone = new Map<KnownSource, ResolverTrial>();
  for (const source of [contract.known, contract.other]) alone.set(source, await tryFetch(contract, source.spec));
  const trials = await Promise.all(sources.map((source) => tryWith(resolver, source.spec)));
  for (const [index, source] of sources.entries())
    assertSame(trials[index], alone.get(source), source, resolver.scheme);
}

async function checkFailuresBeside(contract: ResolverContract): Promise<void> {
  const resolver = await contract.createResolver();
  const alone = await tryFetch(contract, contract.known.spec);
  const [good, missing, cancelled] = await Promise.all([
    tryWith(resolver, contract.known.spec),
    tryWith(resolver, contract.missing),
    tryWith(resolver, contract.known.spec, AbortSignal.abort()),
  ]);
  assertSame(good, alone, contract.known, resolver.scheme);
  assertRefused(missing, contract, 'SOURCE_NOT_FOUND');
  assert.equal(cancelled.fetched, undefined, 'Expected the fetch to be cancelled, but it succeeded');
}

function assertSame(
  trial: ResolverTrial | undefined,
  alone: ResolverTrial | undefined,
  source: KnownSource,
  scheme: string,
): void {
  assert.ok(trial && alone);
  assertFetched(trial, source, scheme);
  assert.deepEqual(trial.entries, alone.entries, `"${source.spec}" has other files beside other fetches than alone`);
}

function tryWith(resolver: SourceResolver, spec: string, signal?: AbortSignal): Promise<ResolverTrial> {
  const context = { signal: signal ?? new AbortController().signal, limits: DEFAULT_FETCH_LIMITS };
  return inScratch((target) => resolver.fetch(spec, target, context));
}
