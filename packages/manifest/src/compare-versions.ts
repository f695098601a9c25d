import { compareGroups } from './compare-groups.js';

/**
 * Orders versions as the Python toolkit does: number by number, whatever their size, and `1.0` before `1.0.0`.
 * A text that is not dot-separated ASCII digits counts as `0`, so that sorting never throws.
 *
 * @returns below zero when `a` comes first, above when `b` does, 0 when equal (`01.0` and `1.0` are)
 */
export function compareVersions(a: string, b: string): number {
  const left = groups(a);
  const right = groups(b);
  return compareGroups(left, right) || left.length - right.length;
}

function groups(version: string): readonly string[] {
  return /^[0-9]+(?:\.[0-9]+)*$/.test(version) ? version.split('.') : ['0'];
}
