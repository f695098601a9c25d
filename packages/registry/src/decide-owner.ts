import type { PluginManifest } from '@agentmesh/manifest';
import { checkOwners } from './check-owners.js';
import { foundingVersions } from './founding-versions.js';
import { isSignedBy } from './is-signed-by.js';
import { nameOwned, nameSignedByOthers } from './name-owned.js';
import type { OwnerKey } from './registry-entry.js';
import type { NameState } from './registry-store.js';

/** Whose a new version is. */
export interface Ownership {
  /** The key that verifies the version, when one is known. */
  readonly key: OwnerKey | undefined;
  /** The name has no owner yet, and the key becomes it. */
  readonly isFirst: boolean;
}

/**
 * Decides whether a version may be added to a name. On an owned name an owner has to have signed it. A name without an
 * owner goes to the first known key that verifies a version; when earlier ones are signed, as in a file of AGT, that key
 * has to verify one of the {@link foundingVersions}, so that nobody takes over a name by being the first to show up with a key.
 *
 * @param key a key that verifies the manifest, when one is known
 * @throws MarketplaceError `NAME_OWNED`, `REGISTRY_CORRUPT`
 */
export function decideOwner(
  rows: Pick<NameState, 'owners' | 'versions'>,
  manifest: PluginManifest,
  key: OwnerKey | undefined,
): Ownership {
  const { name, signature } = manifest;
  const owners = checkOwners(rows.owners);
  if (owners.length > 0) {
    const signer = owners.find((owner) =>
      key === undefined ? isSignedBy(manifest, owner.publicKey) : owner.keyId === key.keyId,
    );
    if (signer !== undefined) return { key: signer, isFirst: false };
    throw nameOwned(name, owners, describe(signature, key));
  }
  if (key === undefined) return { key, isFirst: false };
  const founding = foundingVersions(rows.versions);
  if (founding.length > 0 && !founding.some((entry) => isSignedBy(entry.manifest, key.publicKey))) {
    throw nameSignedByOthers(name, key.keyId);
  }
  return { key, isFirst: true };
}

function describe(signature: string | null, key: OwnerKey | undefined): string {
  if (signature === null) return 'an unsigned one';
  return key === undefined ? 'one signed by an unknown key' : `one signed by ${key.keyId}`;
}
