import { type Digest, parseDigest, parseJson } from '@agentmesh/download';
import { MarketplaceError } from '@agentmesh/errors';

/** What a registry says of a package: its versions, not yet looked at, and its tags. */
export interface Packument {
  readonly versions: ReadonlyMap<string, unknown>;
  readonly tags: ReadonlyMap<string, unknown>;
}

/** Where a version's archive is, and what it must be. */
export interface PackageArchive {
  readonly tarball: string;
  readonly digest: Digest;
}

const MAX_VALUES = 500_000;

/**
 * Reads the abbreviated document of a package (the registry's `application/vnd.npm.install-v1+json`, or the full one, which
 * has the same fields).
 *
 * @throws MarketplaceError `FETCH_FAILED`, `FETCH_TOO_LARGE` for more than half a million values
 */
export function readPackument(bytes: Uint8Array): Packument {
  const { versions, 'dist-tags': tags } = fieldsOf(parseJson(bytes, { maxValues: MAX_VALUES }));
  return { versions: new Map(Object.entries(fieldsOf(versions))), tags: new Map(Object.entries(fieldsOf(tags))) };
}

/** True for a version that its author warns of. */
export function isDeprecated(version: unknown): boolean {
  const { deprecated } = fieldsOf(version);
  return deprecated !== undefined && deprecated !== false && deprecated !== '';
}

/**
 * The archive of a version. An integrity of several digests gives its strongest; sha1, all that very old packages have, is
 * no proof of anything.
 *
 * @throws MarketplaceError `FETCH_FAILED`, `INTEGRITY_MISMATCH` for a version without a sha512 or sha256
 */
export function readArchive(version: unknown): PackageArchive {
  const { tarball, integrity } = fieldsOf(fieldsOf(version).dist);
  if (typeof tarball !== 'string') throw malformed();
  const listed =
    typeof integrity === 'string' ? integrity.split(/\s+/, 8).map((one) => one.split('?', 1)[0] ?? '') : [];
  const digests = listed.map(parseDigest).filter((digest) => digest !== undefined);
  const digest = digests.find((one) => one.startsWith('sha512:')) ?? digests[0];
  if (digest !== undefined) return { tarball, digest };
  throw new MarketplaceError('The registry gives no sha512 for the version, so that nothing can be checked', {
    code: 'INTEGRITY_MISMATCH',
    hint: 'Ask its author to publish it again with a current npm.',
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.assign(Object.create(null), value);
  throw malformed();
}

function malformed(): MarketplaceError {
  return new MarketplaceError('The registry does not answer as an npm registry does', {
    code: 'FETCH_FAILED',
    hint: 'Check the URL of the registry.',
  });
}
