import { canonicalJson } from './canonical-json.js';
import { isChecked } from './checked-manifests.js';
import { createManifest } from './create-manifest.js';
import type { JsonValue, PluginManifest } from './plugin-manifest.js';

/**
 * The bytes that a signature covers (formats.md, "Signed bytes"): canonical JSON of every field but `signature`; AGT's
 * eleven always, ours when set. For a manifest with AGT's fields alone these are the Python toolkit's bytes.
 *
 * @throws MarketplaceError `MANIFEST_INVALID` for an object that never went through this package and breaks its rules
 */
export function signableBytes(manifest: PluginManifest): Uint8Array {
  const { signature: _, ...signed } = isChecked(manifest) ? manifest : createManifest(manifest);
  // A manifest is JSON all the way down: its optional keys are absent, never undefined.
  return Buffer.from(canonicalJson(signed as unknown as JsonValue), 'latin1');
}
