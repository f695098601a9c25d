import { Keyring } from './keyring.js';
import type { TrustedKeyTable } from './trusted-keys.js';

/** What an option `trustedKeys` takes: a keyring, or a record or `Map` of author → key or keys. */
export type TrustedKeys = Keyring | TrustedKeyTable;

/**
 * A keyring as it is, or one made of a record (own properties only) or `Map`.
 *
 * @throws MarketplaceError `KEYRING_INVALID`, `KEY_INVALID`
 */
export function toKeyring(trustedKeys: TrustedKeys): Keyring {
  return trustedKeys instanceof Keyring ? trustedKeys : Keyring.from(trustedKeys);
}
