import type { KeyObject } from 'node:crypto';
import { types } from 'node:util';
import { keyId, type PublicKeyInput, publicKeyPem } from '@agentmesh/signing';
import type { OwnerKey } from './registry-entry.js';

/**
 * The key as an owner's.
 *
 * @throws MarketplaceError `KEY_INVALID`
 */
export function ownerKey(key: PublicKeyInput): OwnerKey {
  if (!types.isKeyObject(key)) return makeOwnerKey(key);
  const made = known.get(key) ?? makeOwnerKey(key);
  known.set(key, made);
  return made;
}

/** Keys never change, and to write one as text takes longer than to check a signature. */
const known = new WeakMap<KeyObject, OwnerKey>();

function makeOwnerKey(key: PublicKeyInput): OwnerKey {
  return Object.freeze({ keyId: keyId(key), publicKey: publicKeyPem(key) });
}
