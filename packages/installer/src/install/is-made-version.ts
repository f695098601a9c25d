import type { MadeManifest } from '../state/made-manifest.js';

/** What a version is called that was made from a revision; such versions have no order. */
const MADE = /^0\.0\.\d{5,}$/;

/** True for a version that was made from a revision, for a plugin without any. */
export function isMadeVersion(version: string, made: MadeManifest | undefined): boolean {
  return made !== undefined && MADE.test(version);
}
