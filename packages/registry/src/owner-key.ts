import { keyId, type PublicKeyInput, publicKeyPem } from '@agentmesh/signing';
import type { OwnerKey } from './registry-entry.js';

/**
 * The key as an owner's.
 *
 * @throws MarketplaceError `KEY_INVALID`
 */
export function ownerKey(key: PublicKeyInput): OwnerKey {
  return Object.freeze({ keyId: keyId(key), publicKey: publicKeyPem(key) });
}
