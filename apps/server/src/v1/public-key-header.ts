import { createPublicKey, type KeyObject } from 'node:crypto';
import { MarketplaceError } from '@agentmesh/errors';

/** Header with the key of a plugin's author, SPKI DER in base64. */
export const PUBLIC_KEY_HEADER = 'x-agentmesh-public-key';

const MAX_LENGTH = 1000;
/** Keys that were read last: authors publish again and again, and to read one takes longer than most else that is done with it. */
const MOST_KNOWN = 1000;
const known = new Map<string, KeyObject>();

/**
 * Reads a public key as a request says it: SPKI, as DER in base64 or as PEM.
 *
 * @throws MarketplaceError `KEY_INVALID`
 */
export function readSentKey(text: string): KeyObject {
  try {
    if (text.length > MAX_LENGTH) throw new RangeError('too long');
    const key = known.get(text) ?? readKey(text);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, key);
    return key;
  } catch (cause) {
    throw new MarketplaceError('Expected a public key as SPKI in base64 or PEM', {
      code: 'KEY_INVALID',
      hint: "Send the Ed25519 key of the plugin's author: openssl pkey -pubout -outform DER | base64 -w0",
      cause,
    });
  }
}

function readKey(text: string): KeyObject {
  if (text.startsWith('-----BEGIN PUBLIC KEY-----')) return createPublicKey(text);
  return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
}
