import { timingSafeEqual } from 'node:crypto';

/** The digest of some bytes as OCI writes it: `sha256:` or `sha512:` and lower-case hex. */
export type Digest = `sha256:${string}` | `sha512:${string}`;

const BYTES = { sha256: 32, sha512: 64 } as const;
const OCI = /^(sha256|sha512):([0-9a-fA-F]{64}|[0-9a-fA-F]{128})$/;
const SRI = /^(sha256|sha512)-([A-Za-z0-9+/]{43,86}={0,2})$/;

/**
 * Reads `sha256:<hex>`, `sha512:<hex>` (OCI image spec, descriptor digests) or a single `sha256-<base64>`, `sha512-<base64>`
 * (https://www.w3.org/TR/SRI/). Undefined for everything else: another algorithm, a wrong length, base64 that is not canonical.
 */
export function parseDigest(text: string): Digest | undefined {
  const [, algorithm, value] = OCI.exec(text) ?? SRI.exec(text) ?? [];
  if ((algorithm !== 'sha256' && algorithm !== 'sha512') || value === undefined) return undefined;
  const isHex = text[algorithm.length] === ':';
  const bytes = Buffer.from(value, isHex ? 'hex' : 'base64');
  if (bytes.length !== BYTES[algorithm]) return undefined;
  if (!isHex && bytes.toString('base64').replace(/=+$/, '') !== value.replace(/=+$/, '')) return undefined;
  return `${algorithm}:${bytes.toString('hex')}`;
}

/** The SRI form of a digest: `sha512-<base64>`. */
export function formatSri(digest: Digest): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm}-${Buffer.from(hex, 'hex').toString('base64')}`;
}

/** True for the same digest. */
export function isSameDigest(a: Digest, b: Digest): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
