import { MarketplaceError, printable } from '@agentmesh/errors';
import { isSignedBy } from './is-signed-by.js';
import type { OwnerKey, RegistryEntry } from './registry-entry.js';

/** What is known of a version's signature: `unverifiable` when the registry does not have the key. */
export type SignatureState = 'verified' | 'unverifiable' | 'unsigned';

/**
 * Verifies a version's signature by the keys of its name's owners.
 *
 * @throws MarketplaceError `SIGNATURE_INVALID` when the key that the entry names is known and did not sign this manifest
 */
export function checkSigner({ manifest, keyId }: RegistryEntry, owners: readonly OwnerKey[]): SignatureState {
  const named = owners.find((owner) => owner.keyId === keyId);
  if (named !== undefined && !isSignedBy(manifest, named.publicKey)) {
    throw new MarketplaceError(
      `The registry says that ${named.keyId} signed ${printable(`${manifest.name} ${manifest.version}`)}, and it did not`,
      { code: 'SIGNATURE_INVALID', hint: 'Somebody changed the registry: look at that version before you go on.' },
    );
  }
  if (named !== undefined) return 'verified';
  if (manifest.signature === null) return 'unsigned';
  return owners.some((owner) => isSignedBy(manifest, owner.publicKey)) ? 'verified' : 'unverifiable';
}
