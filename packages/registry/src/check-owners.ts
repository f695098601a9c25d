import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import { ownerKey } from './owner-key.js';
import type { OwnerKey } from './registry-entry.js';

/**
 * A name's owners as the store told them, each key checked to be the one that its id says: who reads or compares ids must
 * not be told another's.
 *
 * @throws MarketplaceError `REGISTRY_CORRUPT`
 */
export function checkOwners(owners: readonly OwnerKey[]): readonly OwnerKey[] {
  for (const { keyId, publicKey } of owners) {
    if (idOf(publicKey) === keyId) continue;
    throw new MarketplaceError(
      `The registry has another key, or none, under the key id ${printable(keyId)} of an owner`,
      {
        code: 'REGISTRY_CORRUPT',
        hint: 'Nothing was changed. Restore a copy of owners.json, or of what the store keeps in its place.',
      },
    );
  }
  return owners;
}

const MOST_KNOWN = 1_000;
/** Ids of the keys that were checked last: reading a key takes longer than reading its row. */
const known = new Map<string, string>();

function idOf(publicKey: string): string | undefined {
  try {
    const id = known.get(publicKey) ?? ownerKey(publicKey).keyId;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(publicKey, id);
    return id;
  } catch (error) {
    if (isMarketplaceError(error)) return undefined;
    throw error;
  }
}
