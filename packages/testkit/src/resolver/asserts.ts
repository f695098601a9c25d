import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { isMarketplaceError } from '@agentmesh/errors';
import { FETCH_ERROR_CODES, parseSource, resolverName } from '@agentmesh/resolver';
import type { KnownSource, ResolverContract } from './resolver-contract.js';
import type { ResolverTrial } from './trial.js';

/** The fetch succeeded with `source`, whole and nothing beside it. */
export function assertFetched(trial: ResolverTrial, source: KnownSource, scheme: string): void {
  assert.ok(trial.fetched, `Expected "${source.spec}" to be fetched, got ${inspect(trial.error)}`);
  assert.equal(trial.fetched.name, source.name, 'The name differs from the expected one');
  assert.equal(resolverName(trial.fetched.name), trial.fetched.name, 'The name does not pass resolverName');
  const resolved = parseSource(trial.fetched.resolved, { defaultScheme: 'no-scheme' });
  assert.equal(resolved.scheme, scheme, 'The resolved source is of another scheme');
  const { revision } = trial.fetched;
  assert.ok(revision === undefined || (typeof revision === 'string' && revision !== ''), 'The revision is no text');
  const files = trial.entries.filter((entry) => entry.kind === 'file');
  assert.ok(files.length >= 2, `Expected at least two files in the target, got ${files.length}`);
  assert.deepEqual(trial.strays, [], 'The fetch left something beside its target');
}

/** The fetch failed with `code`, or with any documented one, said no secret and left nothing. */
export function assertRefused(trial: ResolverTrial, contract: ResolverContract, code?: string): void {
  assert.equal(trial.fetched, undefined, 'Expected the fetch to fail, but it succeeded');
  assertNothingLeft(trial);
  assertKeepsSecret(trial.error, contract);
  assert.ok(isMarketplaceError(trial.error), `Expected a MarketplaceError, got ${inspect(trial.error)}`);
  const documented = [...FETCH_ERROR_CODES, ...(contract.codes ?? [])];
  assert.ok(documented.includes(trial.error.code), `${trial.error.code} is no documented code`);
  if (code !== undefined) assert.equal(trial.error.code, code, `Wrong code; the message was: ${trial.error.message}`);
}

/** The fetch failed because `reason` aborted it, and left nothing. A coded error is as good as the reason itself. */
export function assertCancelled(trial: ResolverTrial, contract: ResolverContract, reason: unknown): void {
  assert.equal(trial.fetched, undefined, 'Expected the fetch to be cancelled, but it succeeded');
  if (trial.error === reason || isAbortError(trial.error)) assertNothingLeft(trial);
  else assertRefused(trial, contract);
}

function assertNothingLeft(trial: ResolverTrial): void {
  const left = trial.entries.map((entry) => entry.path);
  assert.deepEqual(left, [], 'A failed fetch left something in its target');
  assert.deepEqual(trial.strays, [], 'A failed fetch left something beside its target');
}

/** Nothing of `value` shows a secret: not a message, a cause, a stack or a hidden property. */
export function assertKeepsSecret(value: unknown, contract: ResolverContract): void {
  const everything = inspect(value, { depth: 10, showHidden: true, maxStringLength: null, maxArrayLength: null });
  for (const secret of secretsOf(contract)) {
    assert.ok(!everything.includes(secret), 'The error, or a cause of it, holds the secret');
  }
}

/** All texts that may not show. */
export function secretsOf({ secret = [] }: ResolverContract): readonly string[] {
  return typeof secret === 'string' ? [secret] : secret;
}

function isAbortError(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
