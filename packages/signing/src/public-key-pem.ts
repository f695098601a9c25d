import type { PublicKeyInput } from './public-key-input.js';
import { vetPublicKey } from './vet-public-key.js';

/**
 * The key as SPKI PEM (RFC 8410), which OpenSSL and Python's cryptography read.
 *
 * @throws MarketplaceError `KEY_INVALID`
 */
export function publicKeyPem(key: PublicKeyInput): string {
  return vetPublicKey(key).keyObject.export({ format: 'pem', type: 'spki' }).toString();
}
