import { MarketplaceError, printable } from '@agentmesh/errors';
import type { OwnerKey } from './registry-entry.js';

/** `NAME_OWNED`: a version that the owners of its name did not sign. */
export function nameOwned(name: string, owners: readonly OwnerKey[], got: string): MarketplaceError {
  const ids = owners.map((owner) => owner.keyId).join(' or ');
  return new MarketplaceError(
    `The name ${printable(name)} belongs to ${ids}; expected a version signed by it, got ${got}`,
    {
      code: 'NAME_OWNED',
      hint: 'Sign with a key of the owner, ask the owner to add yours, or choose another name.',
    },
  );
}

/** `NAME_OWNED` for a name without an owner whose versions somebody else signed. */
export function nameSignedByOthers(name: string, keyId: string): MarketplaceError {
  return new MarketplaceError(
    `Others signed the versions of ${printable(name)}; the key ${keyId} verifies none of them`,
    {
      code: 'NAME_OWNED',
      hint: 'Sign with the key of the earlier versions; whoever holds it can claim the name. Or choose another name.',
    },
  );
}
