import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContractCheck } from '../contract-check.js';
import { assertCancelled, assertFetched } from './asserts.js';
import type { ResolverContract } from './resolver-contract.js';
import { soon } from './soon.js';
import { type ResolverTrial, tryFetch } from './trial.js';

const DEFAULT_CANCELLATIONS = 25;

/** A fetch that nobody wants any more ends soon and leaves nothing. */
export function cancellationChecks(contract: ResolverContract): ContractCheck[] {
  return [
    { name: 'fetches nothing for a signal that aborted before', run: () => checkAborted(contract) },
    { name: 'ends within a second when cancelled at once', run: () => checkCancelledAtOnce(contract) },
    { name: 'leaves nothing when cancelled at a random moment', run: () => checkRandomMoments(contract) },
    { name: 'leaves nothing when cancelled at a random progress report', run: () => checkRandomReports(contract) },
  ];
}

async function checkAborted(contract: ResolverContract): Promise<void> {
  const reason = new Error('aborted before the fetch');
  const signal = AbortSignal.abort(reason);
  const fetching = tryFetch(contract, contract.known.spec, { signal });
  assertCancelled(await soon(fetching, signal), contract, reason);
}

async function checkCancelledAtOnce(contract: ResolverContract): Promise<void> {
  const controller = new AbortController();
  const reason = new Error('cancelled at once');
  const resolver = await contract.createResolver();
  // Aborted in the same turn as the call, after the resolver's own synchronous part.
  const fetch: typeof resolver.fetch = (spec, target, context) => {
    const fetching = resolver.fetch(spec, target, context);
    controller.abort(reason);
    return fetching;
  };
  const cancelling = { ...contract, createResolver: () => ({ scheme: resolver.scheme, fetch }) };
  const trial = tryFetch(cancelling, contract.known.spec, { signal: controller.signal });
  assertCancelled(await soon(trial, controller.signal), contract, reason);
}

async function checkRandomMoments(contract: ResolverContract): Promise<void> {
  const whole = await fetchWhole(contract);
  for (let round = 0; round < rounds(contract); round += 1) {
    const controller = new AbortController();
    const reason = new Error(`cancelled in round ${round}`);
    const fetching = tryFetch(contract, contract.known.spec, { signal: controller.signal });
    await sleep(Math.random() * whole.durationMs);
    controller.abort(reason);
    assertNothingOrWhole(await soon(fetching, controller.signal), contract, whole.trial, reason);
  }
}

async function checkRandomReports(contract: ResolverContract): Promise<void> {
  const whole = await fetchWhole(contract);
  for (let round = 0; round < rounds(contract); round += 1) {
    const controller = new AbortController();
    const reason = new Error(`cancelled in round ${round}`);
    let left = Math.floor(Math.random() * whole.reports);
    const onProgress = () => {
      if (left === 0) controller.abort(reason);
      left -= 1;
    };
    const fetching = tryFetch(contract, contract.known.spec, { signal: controller.signal, onProgress });
    assertNothingOrWhole(await soon(fetching, controller.signal), contract, whole.trial, reason);
  }
}

interface WholeFetch {
  readonly trial: ResolverTrial;
  readonly durationMs: number;
  readonly reports: number;
}

async function fetchWhole(contract: ResolverContract): Promise<WholeFetch> {
  const { scheme } = await contract.createResolver();
  let reports = 0;
  const onProgress = () => {
    reports += 1;
  };
  const started = performance.now();
  const trial = await tryFetch(contract, contract.known.spec, { onProgress });
  assertFetched(trial, contract.known, scheme);
  return { trial, durationMs: performance.now() - started, reports };
}

/** A cancellation may come too late; then the plugin is there, all of it. */
function assertNothingOrWhole(
  trial: ResolverTrial,
  contract: ResolverContract,
  whole: ResolverTrial,
  reason: unknown,
): void {
  if (trial.fetched === undefined) {
    assertCancelled(trial, contract, reason);
    return;
  }
  assert.deepEqual(trial.entries, whole.entries, 'A fetch that was cancelled too late is not whole');
  assert.deepEqual(trial.strays, [], 'A fetch that was cancelled too late left something beside its target');
}

function rounds(contract: ResolverContract): number {
  return contract.cancellations ?? DEFAULT_CANCELLATIONS;
}
