import { createHash } from 'node:crypto';
import { isVersion, PUBLISH_LIMITS } from '@agentmesh/manifest';

const SEMVER = /^v?([0-9]+(?:\.[0-9]+){1,2})(?:[-+][0-9A-Za-z.+-]*)?$/;
const FIRST_48_BITS = 12;

/**
 * The version in our form, two or three groups of digits, or undefined where it cannot be told: what semver puts behind a `-` or
 * `+`, a `v` before it and leading zeros are cut off. The order of two versions of which both were cut is lost.
 */
export function mapVersion(text: string): string | undefined {
  if (text.length > PUBLISH_LIMITS.version) return undefined;
  const groups = SEMVER.exec(text.trim())?.[1];
  const version = groups
    ?.split('.')
    .map((group) => group.replace(/^0+(?=[0-9])/, ''))
    .join('.');
  return version !== undefined && isVersion(version) ? version : undefined;
}

/**
 * A version for a plugin that has none: `0.0.N`, where N is the decimal of the first 48 bits of its revision, or of the SHA-256 of
 * what is not hexadecimal or too short. The same revision has the same version everywhere; which of two is newer it does not say.
 */
export function versionOfRevision(revision: string): string {
  const isHex = /^[0-9a-f]+$/i.test(revision) && revision.length >= FIRST_48_BITS;
  const hex = isHex ? revision : createHash('sha256').update(revision).digest('hex');
  return `0.0.${Number.parseInt(hex.slice(0, FIRST_48_BITS), 16)}`;
}
