import { hash } from 'node:crypto';

/** The SHA-512 integrity of some bytes in SRI form (https://www.w3.org/TR/SRI/): `sha512-<base64>`. */
export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${hash('sha512', bytes, 'base64')}`;
}
