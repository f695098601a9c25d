import { createPrivateKey, type KeyObject } from 'node:crypto';
import { types } from 'node:util';
import { MarketplaceError } from '@agentmesh/errors';
import { keyInvalid } from './key-invalid.js';
import { decodePemBody, readPemBlock } from './pem-block.js';

/** DER before the 32-byte seed in an Ed25519 PrivateKeyInfo (RFC 8410). */
const PKCS8_PREFIX: Buffer = Buffer.from('302e020100300506032b657004220420', 'hex');
const SEED_LENGTH = 32;
const HINT =
  'Give an Ed25519 private key: a KeyObject, its 32-byte seed, or a PKCS#8 PEM text (-----BEGIN PRIVATE KEY-----).';

/**
 * Takes a private `KeyObject` or the 32-byte seed of RFC 8032.
 *
 * @throws MarketplaceError `KEY_INVALID`
 */
export function readPrivateKey(key: KeyObject | Uint8Array): KeyObject {
  if (types.isKeyObject(key)) return checkPrivateKey(key);
  if (!types.isUint8Array(key))
    throw keyInvalid(`Expected an Ed25519 private key, got a value of type ${typeof key}`, HINT);
  if (key.length !== SEED_LENGTH) throw keyInvalid(`Expected a seed of ${SEED_LENGTH} bytes, got ${key.length}`, HINT);
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, key]), format: 'der', type: 'pkcs8' });
}

/**
 * Takes an unencrypted PKCS#8 PEM text with one block.
 *
 * @throws MarketplaceError `KEY_INVALID`, `KEY_ENCRYPTED`
 */
export function readPrivateKeyPem(text: string): KeyObject {
  if (typeof text !== 'string') throw keyInvalid(`Expected a PEM text, got a value of type ${typeof text}`, HINT);
  const block = readPemBlock(text);
  if (block.label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type:.*ENCRYPTED/m.test(block.body)) throw encrypted();
  if (block.label !== 'PRIVATE KEY') throw keyInvalid(`Expected a PEM block PRIVATE KEY, got ${block.label}`, HINT);
  return checkPrivateKey(parsePkcs8(decodePemBody(block)));
}

function parsePkcs8(der: Buffer): KeyObject {
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  } catch {
    // The cause stays out: nothing that touched a private key goes into an error.
    throw keyInvalid('The PEM block PRIVATE KEY holds no private key that can be read', HINT);
  }
}

function checkPrivateKey(key: KeyObject): KeyObject {
  if (key.type !== 'private') throw keyInvalid(`Expected a private key, got a ${key.type} key`, HINT);
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw keyInvalid(`Expected an Ed25519 key, got ${key.asymmetricKeyType ?? 'an unknown algorithm'}`, HINT);
}

function encrypted(): MarketplaceError {
  return new MarketplaceError('Expected an unencrypted private key, got one under a passphrase', {
    code: 'KEY_ENCRYPTED',
    hint: 'Decrypt it into a file of mode 600: openssl pkey -in encrypted.pem -out key.pem',
  });
}
