import { createManifest } from './create-manifest.js';
import type { ManifestFields, PluginManifest } from './plugin-manifest.js';

/** Fields to replace; `undefined` unsets one. */
export type ManifestChanges = { readonly [Key in keyof ManifestFields]?: ManifestFields[Key] | undefined };

/**
 * A copy with some fields replaced, checked anew. The signature stays unless it is among the changes, so a copy that says
 * something else no longer verifies.
 *
 * @throws MarketplaceError `MANIFEST_INVALID` with every problem as a finding
 */
export function withFields(manifest: PluginManifest, changes: ManifestChanges): PluginManifest {
  // A required field that was unset is refused by the check, whatever the type says.
  return createManifest({ ...manifest, ...changes } as ManifestFields);
}
