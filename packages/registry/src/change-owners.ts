import { MarketplaceError, printable } from '@agentmesh/errors';
import { type PublicKeyInput, verifyBytes } from '@agentmesh/signing';
import { checkOwners } from './check-owners.js';
import { foundingVersions } from './founding-versions.js';
import { isSignedBy } from './is-signed-by.js';
import { nameOwned } from './name-owned.js';
import { ownerGrantBytes } from './owner-grant.js';
import { ownerKey } from './owner-key.js';
import type { OwnerKey } from './registry-entry.js';
import type { NameRows } from './registry-store.js';

/** Gives a name without an owner to the key that signed one of its versions; see `PluginRegistry.claim`. */
export function claimName(rows: NameRows, name: string, publicKey: PublicKeyInput): readonly OwnerKey[] {
  const key = ownerKey(publicKey);
  const owners = checkOwners(rows.owners);
  if (owners.some((owner) => owner.keyId === key.keyId)) return owners;
  if (owners.length > 0) throw nameOwned(name, owners, `a claim by ${key.keyId}`);
  if (!foundingVersions(rows.versions).some((entry) => isSignedBy(entry.manifest, publicKey))) {
    throw new MarketplaceError(`The key ${key.keyId} verifies none of the first versions of ${printable(name)}`, {
      code: 'SIGNATURE_INVALID',
      hint: 'Claim the name with the key that signed its first signed version.',
    });
  }
  rows.setOwners([key]);
  return rows.owners;
}

/** Adds a key that an owner vouches for; see `PluginRegistry.addOwner`. */
export function addOwner(
  rows: NameRows,
  name: string,
  addition: { readonly publicKey: PublicKeyInput; readonly grant: Uint8Array },
): readonly OwnerKey[] {
  const key = ownerKey(addition.publicKey);
  const owners = checkOwners(rows.owners);
  if (owners.length === 0) throw withoutOwner(name);
  const bytes = ownerGrantBytes(name, addition.publicKey);
  if (!owners.some((owner) => verifyBytes(bytes, addition.grant, owner.publicKey))) {
    throw new MarketplaceError(`No owner of ${printable(name)} signed the grant for ${key.keyId}`, {
      code: 'SIGNATURE_INVALID',
      hint: 'An owner makes the grant with signOwnerGrant, for exactly this name and key.',
    });
  }
  if (!owners.some((owner) => owner.keyId === key.keyId)) rows.setOwners([...owners, key]);
  return rows.owners;
}

function withoutOwner(name: string): MarketplaceError {
  return new MarketplaceError(`The name ${printable(name)} has no owner who could add one`, {
    code: 'NAME_UNOWNED',
    hint: 'Claim the name with the key that signed one of its versions.',
  });
}
