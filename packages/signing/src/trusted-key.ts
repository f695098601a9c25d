import type { KeyObject } from 'node:crypto';

/** When and why a key was revoked; both are for people. A revoked key never verifies again, whatever the time says. */
export interface Revocation {
  readonly at?: Date | undefined;
  readonly reason?: string | undefined;
}

/** A key that an author signs with. */
export interface TrustedKey {
  readonly author: string;
  /** `SHA256:…` */
  readonly keyId: string;
  readonly publicKey: KeyObject;
  readonly addedAt?: Date | undefined;
  /** First moment of validity; no lower bound when unset. */
  readonly validFrom?: Date | undefined;
  /** First moment at which it is no longer valid; no upper bound when unset. */
  readonly validUntil?: Date | undefined;
  readonly revoked?: Revocation | undefined;
}

/** Why a key does not count at a moment. */
export type KeyFault = 'revoked' | 'expired' | 'not yet valid';

/** Why `key` does not count at `now`, or `undefined` when it does. */
export function keyFault(key: TrustedKey, now: Date): KeyFault | undefined {
  if (key.revoked !== undefined) return 'revoked';
  // Written so that an invalid date, which compares false with everything, is outside every window.
  if (key.validFrom !== undefined && !(now >= key.validFrom)) return 'not yet valid';
  if (key.validUntil !== undefined && !(now < key.validUntil)) return 'expired';
  return undefined;
}
