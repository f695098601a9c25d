import { createHash, createPublicKey, verify } from 'node:crypto';
import { Point } from '@noble/ed25519';

/**
 * Signatures at the edges of the rule, made with noble's point arithmetic. The kinds are those of "Taming the many EdDSAs"
 * (Chalkias, Garillot, Nikolaenko, 2020), table 6 and its speccheck.
 */
export interface EdgeSignature {
  readonly message: Buffer;
  readonly key: Buffer;
  readonly signature: Buffer;
}

export const { n: ORDER, p: FIELD } = Point.CURVE();
/** Fixed secret scalars, so that every run makes the same cases. */
const KEY_SCALAR = scalarOf('key');
const NONCE_SCALAR = scalarOf('nonce');

/** The eight points of small order; the one at index i has the order 8 / gcd(8, i). */
const TORSION: readonly Point[] = torsionPoints();

const BIG_KEY: Point = Point.BASE.multiply(KEY_SCALAR);
const BIG_NONCE: Point = Point.BASE.multiply(NONCE_SCALAR);

/** How to build a signature; `key` and `nonce` name the parts in the big subgroup, the indices those of small order. */
export interface Recipe {
  readonly message: string;
  readonly key?: 'big' | 'none';
  readonly nonce?: 'big' | 'none';
  readonly keyTorsion?: number;
  readonly nonceTorsion?: number;
  /** Bytes that stand for the key or nonce instead of the canonical encoding. */
  readonly keyBytes?: Buffer;
  readonly nonceBytes?: Buffer;
  /** Hash the canonical encoding of the nonce instead of the bytes sent. */
  readonly hashCanonical?: boolean;
}

export function build(recipe: Recipe): EdgeSignature {
  const { key: keyPart = 'big', nonce: noncePart = 'big', keyTorsion = 0, nonceTorsion = 0 } = recipe;
  const message = Buffer.from(recipe.message);
  const canonicalKey = encode((keyPart === 'big' ? BIG_KEY : Point.ZERO).add(torsion(keyTorsion)));
  const canonicalNonce = encode((noncePart === 'big' ? BIG_NONCE : Point.ZERO).add(torsion(nonceTorsion)));
  const key = recipe.keyBytes ?? canonicalKey;
  const nonce = recipe.nonceBytes ?? canonicalNonce;
  const k = challenge(recipe.hashCanonical === true ? canonicalNonce : nonce, key, message);
  const s = ((noncePart === 'big' ? NONCE_SCALAR : 0n) + k * (keyPart === 'big' ? KEY_SCALAR : 0n)) % ORDER;
  return { message, key, signature: Buffer.concat([nonce, encodeNumber(s)]) };
}

/** True when S·B = R + k·A holds without the cofactor. */
export function holdsWithoutCofactor({ message, key, signature }: EdgeSignature): boolean {
  const nonce = signature.subarray(0, 32);
  const k = challenge(nonce, key, message);
  const sB = Point.BASE.multiply(decodeNumber(signature.subarray(32)) % ORDER, false);
  return Point.fromBytes(nonce, true).add(Point.fromBytes(key, true).multiply(k, false)).equals(sB);
}

/** node:crypto's bare verdict. */
export function nodeAccepts({ message, key, signature }: EdgeSignature): boolean {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
  return verify(null, message, createPublicKey({ key: der, format: 'der', type: 'spki' }), signature);
}

/** The first message (a counter is put behind it) whose signature has the property. */
export function search(recipe: Recipe, wanted: (edge: EdgeSignature) => boolean): EdgeSignature {
  for (let count = 0; count < 1000; count += 1) {
    const edge = build({ ...recipe, message: `${recipe.message} ${count}` });
    if (wanted(edge)) return edge;
  }
  throw new Error('no message found');
}

export function withScalar(edge: EdgeSignature, change: (s: bigint) => bigint): EdgeSignature {
  const s = decodeNumber(edge.signature.subarray(32));
  return { ...edge, signature: Buffer.concat([edge.signature.subarray(0, 32), encodeNumber(change(s))]) };
}

export function torsion(index: number): Point {
  return TORSION[index] ?? Point.ZERO;
}

export function encode(point: Point): Buffer {
  return Buffer.from(point.toBytes());
}

export function encodeNumber(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse();
}

function decodeNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function challenge(...parts: readonly Buffer[]): bigint {
  return decodeNumber(createHash('sha512').update(Buffer.concat(parts)).digest()) % ORDER;
}

function scalarOf(name: string): bigint {
  return decodeNumber(createHash('sha512').update(name).digest()) % ORDER;
}

/** Multiplying by the order of the big subgroup leaves the part of small order alone. */
function torsionPoints(): Point[] {
  for (let y = 2n; ; y += 1n) {
    const point = pointAt(y);
    const small = point?.multiply(ORDER - 1n, false).add(point);
    if (small === undefined || small.multiply(4n, false).is0()) continue;
    return Array.from({ length: 8 }, (_, index) => small.multiply(BigInt(index), false));
  }
}

function pointAt(y: bigint): Point | undefined {
  try {
    return Point.fromBytes(encodeNumber(y), false);
  } catch {
    return undefined;
  }
}
