import { authorFault } from './author-fault.js';
import { isVisible } from './is-visible.js';
import type { TrustedKey } from './trusted-key.js';

const LAST_YEAR = 9999;

/** What is wrong with a key's row, or `undefined`. */
export function trustedKeyFault(key: Omit<TrustedKey, 'publicKey'>): string | undefined {
  const { author, addedAt, validFrom, validUntil, revoked } = key;
  const fault = authorFault(author);
  if (fault !== undefined) return fault;
  if (!isVisible(revoked?.reason ?? '')) return 'the reason of the revocation holds control or invisible characters';
  if (![addedAt, validFrom, validUntil, revoked?.at].every(isStorable))
    return 'a time is not a date of the years 0 to 9999';
  if (validFrom !== undefined && validUntil !== undefined && validFrom >= validUntil) return 'it ends before it begins';
  return undefined;
}

function isStorable(date: Date | undefined): boolean {
  const year = date?.getUTCFullYear() ?? 0;
  return year >= 0 && year <= LAST_YEAR;
}
