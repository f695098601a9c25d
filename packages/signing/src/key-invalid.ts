import { MarketplaceError } from '@agentmesh/errors';

const HINT =
  'Give an Ed25519 public key: a KeyObject, an SPKI PEM text (-----BEGIN PUBLIC KEY-----) or its 32 raw bytes.';

/** A `KEY_INVALID` error; `message` must not hold key material. */
export function keyInvalid(message: string, hint: string = HINT): MarketplaceError {
  return new MarketplaceError(message, { code: 'KEY_INVALID', hint });
}
