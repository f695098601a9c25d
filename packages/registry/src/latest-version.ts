import { compareVersions } from '@agentmesh/manifest';
import type { EntryState } from './registry-entry.js';

/** What {@link latestVersion} compares. */
export interface VersionState {
  readonly version: string;
  readonly state: EntryState;
}

/**
 * The version that a name stands for: the newest active one, else the newest deprecated one, else none.
 * Among equal versions (`1.2.3`, `01.2.3`) the first stays.
 */
export function latestVersion<T extends VersionState>(versions: Iterable<T>): T | undefined {
  let latest: T | undefined;
  for (const version of versions) {
    if (version.state !== 'yanked' && (latest === undefined || isBetter(version, latest))) latest = version;
  }
  return latest;
}

function isBetter(version: VersionState, latest: VersionState): boolean {
  if (version.state !== latest.state) return version.state === 'active';
  return compareVersions(version.version, latest.version) > 0;
}
