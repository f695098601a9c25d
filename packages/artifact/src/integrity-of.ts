import { type Hash, hash } from 'node:crypto';

/** The SHA-512 integrity of some bytes in SRI form (https://www.w3.org/TR/SRI/): `sha512-<base64>`. */
export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${hash('sha512', bytes, 'base64')}`;
}

/** The same of what went through a SHA-512 hash, which is done then. */
export function integrityFrom(sha512: Hash): string {
  return `sha512-${sha512.digest('base64')}`;
}
