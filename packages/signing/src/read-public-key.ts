import type { KeyObject } from 'node:crypto';
import type { PublicKeyInput } from './public-key-input.js';
import { vetPublicKey } from './vet-public-key.js';

/**
 * Reads and vets an Ed25519 public key: a canonical point on the curve, not of small order.
 *
 * @throws MarketplaceError `KEY_INVALID`
 */
export function readPublicKey(input: PublicKeyInput): KeyObject {
  return vetPublicKey(input).keyObject;
}
