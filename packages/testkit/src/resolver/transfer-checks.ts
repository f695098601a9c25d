import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { isMarketplaceError } from '@agentmesh/errors';
import { DEFAULT_FETCH_LIMITS, type FetchLimits, type FetchProgress, SourceRegistry } from '@agentmesh/resolver';
import type { ContractCheck } from '../contract-check.js';
import { assertCancelled, assertRefused } from './asserts.js';
import { ifGiven } from './if-given.js';
import type { ResolverContract } from './resolver-contract.js';
import { SETTLE_MS, soon } from './soon.js';
import { inScratch, tryFetch } from './trial.js';

const MIB = 1024 * 1024;
const MAX_BYTES = MIB;
/** What may be on its way already when the limit is reached. */
const MAX_SEEN_BYTES = 4 * MIB;
const MAX_FILES = 50;
const SLOW_MS = 300;
const GRACE_MS = 1_000;

/** Limits count while bytes arrive, and a transfer under way stops. */
export function transferChecks(contract: ResolverContract): ContractCheck[] {
  const { large, many, bomb, slow } = contract;
  return [
    ...ifGiven(large, 'stops a large transfer at maxBytes, long before its end', (spec) => checkLarge(contract, spec)),
    ...ifGiven(many, 'stops at maxFiles while the files arrive', (spec) => checkMany(contract, spec)),
    ...ifGiven(bomb, 'stops a bomb with FETCH_TOO_LARGE', (spec) => checkBomb(contract, spec)),
    ...ifGiven(slow, 'ends a slow transfer at its deadline with FETCH_TIMEOUT', (spec) => checkSlow(contract, spec)),
    ...ifGiven(slow, 'stops a slow transfer within a second of a cancellation', (spec) => checkStop(contract, spec)),
  ];
}

async function checkLarge(contract: ResolverContract, spec: string): Promise<void> {
  const most = await refusedAt(contract, spec, { maxBytes: MAX_BYTES });
  assert.ok(most.bytes <= MAX_SEEN_BYTES, `${most.bytes} bytes arrived, though ${MAX_BYTES} were allowed`);
}

async function checkMany(contract: ResolverContract, spec: string): Promise<void> {
  const most = await refusedAt(contract, spec, { maxFiles: MAX_FILES });
  assert.ok(most.files <= MAX_FILES, `${most.files} files arrived, though ${MAX_FILES} were allowed`);
}

async function checkBomb(contract: ResolverContract, spec: string): Promise<void> {
  await refusedAt(contract, spec, {});
}

async function checkSlow(contract: ResolverContract, spec: string): Promise<void> {
  const resolver = await contract.createResolver();
  const registry = new SourceRegistry().register(resolver);
  const started = performance.now();
  const options = { limits: { timeoutMs: SLOW_MS } };
  const trial = await inScratch((target) => registry.fetch({ scheme: resolver.scheme, spec }, target, options));
  const took = performance.now() - started;
  assert.ok(
    isMarketplaceError(trial.error) && trial.error.code === 'FETCH_TIMEOUT',
    `Expected FETCH_TIMEOUT, got ${inspect(trial.error)}`,
  );
  assertRefused(trial, contract, 'FETCH_TIMEOUT');
  assert.ok(took < SLOW_MS + GRACE_MS, `The fetch took ${took} ms, though ${SLOW_MS} were allowed`);
  await assertIdle(contract);
}

async function checkStop(contract: ResolverContract, spec: string): Promise<void> {
  const controller = new AbortController();
  const reason = new Error('cancelled in the middle');
  const fetching = tryFetch(contract, spec, { signal: controller.signal });
  await Promise.race([sleep(SLOW_MS), fetching]);
  controller.abort(reason);
  assertCancelled(await soon(fetching, controller.signal), contract, reason);
  await assertIdle(contract);
}

/** Fetches under limits, expects them to be reached, and answers the most that was told of the progress. */
async function refusedAt(
  contract: ResolverContract,
  spec: string,
  limits: Partial<FetchLimits>,
): Promise<{ readonly bytes: number; readonly files: number }> {
  const most = { bytes: 0, files: 0 };
  const onProgress = ({ bytes, files }: FetchProgress): void => {
    most.bytes = Math.max(most.bytes, bytes);
    most.files = Math.max(most.files, files);
  };
  const trial = await tryFetch(contract, spec, { limits: { ...DEFAULT_FETCH_LIMITS, ...limits }, onProgress });
  assertRefused(trial, contract, 'FETCH_TOO_LARGE');
  await assertIdle(contract);
  return most;
}

/** Nothing of a fetch that is over still runs; a second is given to end it. */
async function assertIdle({ active }: ResolverContract): Promise<void> {
  if (active === undefined) return;
  const until = performance.now() + SETTLE_MS;
  let left = await active();
  while (left > 0 && performance.now() < until) {
    await sleep(20);
    left = await active();
  }
  assert.equal(left, 0, `${left} connections or processes were still at work a second after the fetch`);
}
