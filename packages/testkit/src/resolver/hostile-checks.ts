import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { DEFAULT_FETCH_LIMITS } from '@agentmesh/resolver';
import type { ContractCheck } from '../contract-check.js';
import { assertRefused } from './asserts.js';
import { HOSTILE_SPECS } from './hostile-specs.js';
import type { ResolverContract } from './resolver-contract.js';
import { inScratch, tryFetch } from './trial.js';

/** Every hostile spec is SOURCE_SYNTAX: never an upstream error, and nothing was touched to find out. */
export function hostileChecks(contract: ResolverContract): ContractCheck[] {
  const general = Object.entries(HOSTILE_SPECS);
  const own = (contract.hostile ?? []).map((spec) => [inspect(spec, { maxStringLength: 60 }), spec] as const);
  return [...general, ...own].map(([attack, spec]) => ({
    name: `refuses ${attack} as a spec`,
    run: () => checkHostile(contract, spec),
  }));
}

async function checkHostile(contract: ResolverContract, spec: string): Promise<void> {
  const before = contract.contacts?.();
  assertRefused(await tryFetch(contract, spec), contract, 'SOURCE_SYNTAX');
  const resolver = await contract.createResolver();
  // Work on the target before the spec is checked would show as another error here.
  const trial = await inScratch((target) => {
    const nowhere = `${target}-absent/target`;
    return resolver.fetch(spec, nowhere, { signal: new AbortController().signal, limits: DEFAULT_FETCH_LIMITS });
  });
  assertRefused(trial, contract, 'SOURCE_SYNTAX');
  assert.equal(contract.contacts?.(), before, 'The upstream was asked about a hostile spec');
}
