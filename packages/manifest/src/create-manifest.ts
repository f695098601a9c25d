import { manifestFromObject } from './manifest-from-object.js';
import type { ManifestFields, PluginManifest } from './plugin-manifest.js';

/**
 * Makes a manifest from its fields: defaults filled, a frozen copy. A key that is no field is left out, as AGT's constructor does.
 *
 * @throws MarketplaceError `MANIFEST_INVALID` with every problem as a finding
 */
export function createManifest(fields: ManifestFields): PluginManifest {
  return manifestFromObject(fields).manifest;
}
