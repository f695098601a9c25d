import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_FETCH_LIMITS } from '@agentmesh/resolver';
import type { ContractCheck } from '../contract-check.js';
import { assertKeepsSecret, assertRefused, secretsOf } from './asserts.js';
import { ifGiven } from './if-given.js';
import { listFolder } from './list-folder.js';
import type { ResolverContract } from './resolver-contract.js';
import { inScratch, tryFetch } from './trial.js';

/** Credentials reach nobody but the host they are for, and what an upstream says reaches nobody. */
export function secretChecks(contract: ResolverContract): ContractCheck[] {
  const { secret, failing, refused, hidden } = contract;
  return [
    ...ifGiven(secret, 'shows no secret in its answer and in what it fetched', () => checkAnswer(contract)),
    ...ifGiven(failing, 'ends in a documented code when the upstream fails, without its text', (specs) =>
      checkFailing(contract, specs),
    ),
    ...ifGiven(refused, 'says SOURCE_UNAUTHORIZED when a credential is refused', async (spec) =>
      assertRefused(await tryFetch(contract, spec), contract, 'SOURCE_UNAUTHORIZED'),
    ),
    ...ifGiven(hidden, 'says SOURCE_NOT_FOUND of a private source without a credential', async (spec) =>
      assertRefused(await tryFetch(contract, spec), contract, 'SOURCE_NOT_FOUND'),
    ),
  ];
}

async function checkAnswer(contract: ResolverContract): Promise<void> {
  const resolver = await contract.createResolver();
  const context = { signal: new AbortController().signal, limits: DEFAULT_FETCH_LIMITS };
  const trial = await inScratch(async (target) => {
    const fetched = await resolver.fetch(contract.known.spec, target, context);
    for (const { path, kind } of await listFolder(target)) {
      const text = kind === 'file' ? await readFile(join(target, path), 'latin1') : path;
      assert.ok(!secretsOf(contract).some((secret) => text.includes(secret)), `"${path}" holds the secret`);
    }
    return fetched;
  });
  if (trial.error !== undefined) throw trial.error;
  assertKeepsSecret(trial.fetched, contract);
}

async function checkFailing(contract: ResolverContract, specs: readonly string[]): Promise<void> {
  for (const spec of specs) assertRefused(await tryFetch(contract, spec), contract);
}
