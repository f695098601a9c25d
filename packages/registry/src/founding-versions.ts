import type { RegistryEntry } from './registry-entry.js';

/**
 * The versions of a name without an owner whose signers may come to own it. Of an AGT file those are all signed ones
 * (formats.md, "Registry file"). Among versions that were listed here by keys that nobody named, the first signed one alone
 * counts: else whoever adds a version could claim the name with it.
 */
export function foundingVersions(versions: readonly RegistryEntry[]): readonly RegistryEntry[] {
  const signed = versions.filter((entry) => entry.manifest.signature !== null);
  const foreign = signed.filter((entry) => entry.publishedAt === undefined);
  return foreign.length > 0 ? foreign : signed.slice(0, 1);
}
