import { MarketplaceError, printable } from '@agentmesh/errors';
import { resolverName } from '@agentmesh/resolver';

/** A spec of the scheme, taken apart. */
export interface ClawhubSpec {
  /** Handle of the owner that the skill must have; undefined for whoever has it. */
  readonly owner: string | undefined;
  /** Slug of the skill. */
  readonly slug: string;
  /** The name for a plugin without a manifest. */
  readonly name: string;
  /** An exact version, a tag such as `latest`, or undefined for the latest. */
  readonly version: string | undefined;
}

const SPEC =
  /^(?:([A-Za-z0-9][A-Za-z0-9_-]{0,63})\/)?([a-z0-9][a-z0-9._-]{0,127})(?:@([A-Za-z0-9][A-Za-z0-9.+_-]{0,127}))?$/;
const EXACT = /^(?:0|[1-9][0-9]{0,15})\.(?:0|[1-9][0-9]{0,15})\.(?:0|[1-9][0-9]{0,15})(?:[-+][0-9A-Za-z.+-]+)?$/;

/**
 * Reads `[owner/]name[@version]`: a slug of ClawHub in lower case, before it perhaps the handle of its owner, behind it a
 * version or a tag.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX`
 */
export function parseClawhubSpec(spec: string): ClawhubSpec {
  const [, owner, slug, version] = SPEC.exec(spec) ?? [];
  if (slug !== undefined) return { owner, slug, name: resolverName(slug), version };
  throw new MarketplaceError(`Expected [owner/]name[@version], got "${printable(spec, 140)}"`, {
    code: 'SOURCE_SYNTAX',
    hint: 'Write it as clawhub://weather or clawhub://alice/weather@1.2.3; names are lower-case letters, digits, ".", "-" and "_".',
  });
}

/** True for a version that names one release (https://semver.org), and no tag. */
export function isExactVersion(version: string): boolean {
  return EXACT.test(version);
}
