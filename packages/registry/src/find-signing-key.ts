import { isMarketplaceError } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import { type Keyring, type PublicKeyInput, verifySignature } from '@agentmesh/signing';
import { ownerKey } from './owner-key.js';
import type { OwnerKey } from './registry-entry.js';

/** Where {@link findSigningKey} looks. */
export interface KeySources {
  /** The publisher's key, as the caller says; it has to verify. */
  readonly publicKey: PublicKeyInput | undefined;
  /** Keys of authors. */
  readonly keys: Keyring | undefined;
  readonly now: () => Date;
}

const UNKNOWN: ReadonlySet<string> = new Set(['SIGNATURE_MISSING', 'SIGNATURE_INVALID', 'UNTRUSTED_AUTHOR']);

/**
 * Finds the key that signed a manifest: the given one, or one of its author's in the keyring.
 *
 * @throws MarketplaceError `SIGNATURE_MISSING`, `SIGNATURE_INVALID`, `KEY_INVALID` for a given key that does not verify
 */
export function findSigningKey(manifest: PluginManifest, sources: KeySources): OwnerKey | undefined {
  const { publicKey, keys, now } = sources;
  if (publicKey !== undefined) {
    verifySignature(manifest, publicKey);
    return ownerKey(publicKey);
  }
  if (keys === undefined) return undefined;
  try {
    const { keyId } = keys.verify(manifest, { now: now() });
    const known = keys.keysOf(manifest.author).find((key) => key.keyId === keyId);
    return known === undefined ? undefined : ownerKey(known.publicKey);
  } catch (error) {
    // The keyring tells who is known here; whether an unknown author may publish is for the name's owners to say.
    if (isMarketplaceError(error) && UNKNOWN.has(error.code)) return undefined;
    throw error;
  }
}
