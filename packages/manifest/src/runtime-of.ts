import type { PluginManifest, Runtime } from './plugin-manifest.js';

/** The language of the entry: `runtime` when it is given, else by the extension: `.py`, `.wasm`, all others JavaScript. */
export function runtimeOf(manifest: Pick<PluginManifest, 'runtime'>, entry: string): Runtime {
  if (manifest.runtime !== undefined) return manifest.runtime;
  if (entry.endsWith('.py')) return 'python';
  return entry.endsWith('.wasm') ? 'wasm' : 'javascript';
}
