import type { PluginManifest } from '@agentmesh/manifest';
import { checkVersion } from './check-version.js';
import type { ArtifactReference, OwnerKey, RegistryEntry } from './registry-entry.js';
import type { NameRows } from './registry-store.js';

/** A version that is about to be listed. */
export interface NewVersion {
  readonly manifest: PluginManifest;
  /** A key that verifies the manifest, when one is known. */
  readonly key: OwnerKey | undefined;
  readonly artifact: ArtifactReference | undefined;
  readonly at: Date;
}

/**
 * Lists a version among the rows of its name, when it may be; its key owns the name when it is the first.
 *
 * @throws MarketplaceError `ALREADY_REGISTERED`, `NAME_TOO_SIMILAR`, `NAME_OWNED`
 */
export function listVersion(rows: NameRows, { manifest, key: known, artifact, at }: NewVersion): RegistryEntry {
  const { key, isFirst } = checkVersion(rows, manifest, known);
  const entry: RegistryEntry = Object.freeze({
    manifest,
    publishedAt: at.toISOString(),
    ...(artifact === undefined ? {} : { artifact: Object.freeze(artifact) }),
    status: Object.freeze({ state: 'active' }),
    ...(key === undefined ? {} : { keyId: key.keyId }),
  });
  rows.put(entry);
  if (isFirst && key !== undefined) rows.setOwners([key]);
  return entry;
}
