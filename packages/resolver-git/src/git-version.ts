/** A version of git. */
export interface GitVersion {
  /** As git says it, numbers alone: `2.39.5`. */
  readonly version: string;
}

/**
 * The oldest git that will do: since 2.37 it connects to an address that was checked (`http.curloptResolve`); settings in the
 * environment came with 2.31.
 */
export const MINIMUM_GIT_VERSION = '2.37.0';

/** The version in the output of `git --version`; undefined for any other text. */
export function readGitVersion(output: string): GitVersion | undefined {
  const version = /^git version ([0-9]+\.[0-9]+(?:\.[0-9]+)?)/.exec(output)?.[1];
  return version === undefined ? undefined : { version };
}

/** True for a version that is old enough to lack what is needed. */
export function isTooOld({ version }: GitVersion): boolean {
  const [least, given] = [MINIMUM_GIT_VERSION, version].map((text) => text.split('.').map(Number));
  for (const [index, number] of (least ?? []).entries()) {
    const difference = (given?.[index] ?? 0) - number;
    if (difference !== 0) return difference < 0;
  }
  return false;
}
