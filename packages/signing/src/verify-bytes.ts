import type { PublicKeyInput } from './public-key-input.js';
import { verifyVetted } from './verify-vetted.js';
import { vetPublicKey } from './vet-public-key.js';

/**
 * True when `signature` (64 bytes) is the key's Ed25519 signature of `bytes` under the strict rule of RFC 8032.
 *
 * @throws MarketplaceError `KEY_INVALID`
 */
export function verifyBytes(bytes: Uint8Array, signature: Uint8Array, key: PublicKeyInput): boolean {
  return verifyVetted(bytes, signature, vetPublicKey(key));
}
