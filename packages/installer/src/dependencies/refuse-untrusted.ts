import { isMarketplaceError } from '@agentmesh/errors';
import type { RegistryEntry } from '@agentmesh/registry';
import type { Keyring } from '@agentmesh/signing';
import type { Refusal } from './candidate.js';

/** Who is trusted, at which moment. */
export interface TrustRules {
  /** Undefined when no trusted keys were given: then nothing is refused. */
  readonly keyring: Keyring | undefined;
  readonly now: () => Date;
}

/**
 * Why a version of the registry could not be trusted once it is fetched, as far as its manifest tells: so that an older version
 * with a trusted signature is picked instead, or the proof names what stands in the way. What is fetched is checked all the same.
 *
 * @returns a refusal with the code of the keyring (`UNTRUSTED_AUTHOR`, `SIGNATURE_MISSING`, `SIGNATURE_INVALID`) or `DIGEST_MISSING`
 */
export function refuseUntrusted(
  { manifest, artifact }: RegistryEntry,
  { keyring, now }: TrustRules,
): Refusal | undefined {
  if (keyring === undefined) return undefined;
  try {
    keyring.verify(manifest, { now: now() });
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    return { reason: `is not trusted (${error.message})`, code: error.code, cause: error };
  }
  if (artifact === undefined || manifest.content_digest !== undefined) return undefined;
  return { reason: 'has a signature that does not reach its files', code: 'DIGEST_MISSING' };
}
