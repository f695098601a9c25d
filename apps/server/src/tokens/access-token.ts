import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A token that was just made; its text is nowhere else. */
export interface MintedToken {
  readonly id: string;
  /** `amt_<id>_<secret>`: what its holder sends. */
  readonly text: string;
  /** sha256 of the secret in hexadecimal: what is kept. The secret has 256 random bits, so a plain hash cannot be guessed back. */
  readonly hash: string;
}

/** A token as somebody sent it. */
export interface SentToken {
  readonly id: string;
  readonly secret: string;
}

const TOKEN = /^amt_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
const SECRET_BYTES = 32;
const ID_BYTES = 6;

/** Makes a token with a random id and secret. */
export function mintToken(): MintedToken {
  const id = randomBytes(ID_BYTES).toString('hex');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { id, text: `amt_${id}_${secret}`, hash: hashOf(secret) };
}

/** Takes a token apart; undefined for anything that is none. */
export function parseToken(text: string): SentToken | undefined {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** Whether the secret is the one of this hash, in a time that does not tell how much of it is right. */
export function isSecretOf(secret: string, hash: string): boolean {
  const expected = Buffer.from(hash, 'hex');
  const actual = Buffer.from(hashOf(secret), 'hex');
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
