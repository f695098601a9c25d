import type { PublicKeyInput } from './public-key-input.js';
import { vetPublicKey } from './vet-public-key.js';

/**
 * The key's short name: `SHA256:` + unpadded base64 of sha256(SPKI DER), 50 characters.
 *
 * @throws MarketplaceError `KEY_INVALID`
 */
export function keyId(key: PublicKeyInput): string {
  return vetPublicKey(key).keyId;
}
