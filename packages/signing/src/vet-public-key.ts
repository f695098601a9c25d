import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { types } from 'node:util';
import { Point } from '@noble/ed25519';
import { keyInvalid } from './key-invalid.js';
import { decodePemBody, readPemBlock } from './pem-block.js';
import type { PublicKeyInput } from './public-key-input.js';

/** DER before the 32 raw bytes in every Ed25519 SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX: Buffer = Buffer.from('302a300506032b6570032100', 'hex');
const RAW_LENGTH = 32;
const MAX_CACHED = 1024;

/** A public key that passed every check, in the forms the rest needs. */
export interface VettedKey {
  readonly keyObject: KeyObject;
  /** The 32 bytes of RFC 8032; not to be changed. */
  readonly raw: Uint8Array;
  /** `SHA256:` + unpadded base64 of sha256(SPKI DER). */
  readonly keyId: string;
}

const vettedObjects: WeakMap<KeyObject, VettedKey> = new WeakMap();
const vettedBytes: Map<string, VettedKey> = new Map();

/**
 * Checks a public key once and remembers the answer: Ed25519, 32 bytes, the canonical encoding of a point on the curve
 * (RFC 8032 section 5.1.3), and not of small order, since under such a key one signature fits many messages.
 *
 * @throws MarketplaceError `KEY_INVALID`
 */
export function vetPublicKey(input: PublicKeyInput): VettedKey {
  if (!types.isKeyObject(input)) return vetBytes(rawBytes(input));
  const known = vettedObjects.get(input);
  if (known !== undefined) return known;
  const vetted = vetBytes(rawOfKeyObject(input));
  vettedObjects.set(input, vetted);
  return vetted;
}

function rawBytes(input: string | Uint8Array): Uint8Array {
  if (typeof input === 'string') return rawOfPem(input);
  if (!types.isUint8Array(input))
    throw keyInvalid(`Expected an Ed25519 public key, got a value of type ${typeof input}`);
  if (input.length !== RAW_LENGTH) {
    throw keyInvalid(`Expected the ${RAW_LENGTH} raw bytes of an Ed25519 public key, got ${input.length} bytes`);
  }
  return input;
}

function rawOfPem(text: string): Uint8Array {
  const block = readPemBlock(text);
  if (block.label !== 'PUBLIC KEY') throw keyInvalid(`Expected a PEM block PUBLIC KEY, got ${block.label}`);
  return rawOfKeyObject(parseSpki(decodePemBody(block)));
}

function parseSpki(der: Buffer): KeyObject {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    // OpenSSL's words for it help nobody; ours say what was expected.
    throw keyInvalid('The PEM block PUBLIC KEY holds no public key that can be read');
  }
}

function rawOfKeyObject(key: KeyObject): Uint8Array {
  if (key.type !== 'public') throw keyInvalid(`Expected a public key, got a ${key.type} key`);
  if (key.asymmetricKeyType !== 'ed25519') {
    throw keyInvalid(`Expected an Ed25519 key, got ${key.asymmetricKeyType ?? 'an unknown algorithm'}`);
  }
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
}

function vetBytes(bytes: Uint8Array): VettedKey {
  const raw = Buffer.from(bytes);
  const name = raw.toString('base64');
  const known = vettedBytes.get(name);
  if (known !== undefined) return known;
  checkPoint(raw);
  const der = Buffer.concat([SPKI_PREFIX, raw]);
  const keyObject = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const keyId = `SHA256:${createHash('sha256').update(der).digest('base64').replace('=', '')}`;
  const vetted = { keyObject, raw, keyId };
  vettedObjects.set(keyObject, vetted);
  remember(name, vetted);
  return vetted;
}

function checkPoint(raw: Uint8Array): void {
  let point: Point;
  try {
    point = Point.fromBytes(raw, false);
  } catch {
    throw keyInvalid('The key is not the canonical encoding of a point on the curve of Ed25519');
  }
  if (point.isSmallOrder()) throw keyInvalid('The key is a point of small order, under which signatures prove nothing');
}

function remember(name: string, vetted: VettedKey): void {
  if (vettedBytes.size >= MAX_CACHED) {
    const oldest = vettedBytes.keys().next();
    if (!oldest.done) vettedBytes.delete(oldest.value);
  }
  vettedBytes.set(name, vetted);
}
