import { isVersion } from '@agentmesh/manifest';

/** What a registry may list: names of the Python toolkit have letters and digits of any script. */
const NAME = /^[\p{L}\p{N}_-]{1,256}$/u;

/** Where a mirror says what it is. */
export const MIRROR_FILE = 'v1/mirror.json';

/** True for what may stand in a path as a name; nothing else can be listed. */
export function isListableName(name: string): boolean {
  return NAME.test(name);
}

/** Path of a name below the URL of a registry; undefined for what can be no name. */
export function namePath(name: string): string | undefined {
  return isListableName(name) ? `v1/plugins/${encodeURIComponent(name)}` : undefined;
}

/** Path of a version; undefined for what can be no name or no version. */
export function versionPath(name: string, version: string): string | undefined {
  const path = namePath(name);
  return path === undefined || !isVersion(version) ? undefined : `${path}/${version}`;
}
