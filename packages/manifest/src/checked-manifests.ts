import type { PluginManifest } from './plugin-manifest.js';

const checked = new WeakSet<object>();

/** Remembers a manifest that passed the reading rule and is frozen, so that checking it again would find the same. */
export function markChecked(manifest: PluginManifest): PluginManifest {
  checked.add(manifest);
  return manifest;
}

/** True for a manifest of this package's own making, false for an object that merely looks like one. */
export function isChecked(manifest: PluginManifest): boolean {
  return checked.has(manifest);
}
