import { isMarketplaceError } from '@agentmesh/errors';
import { findEntry, type PluginManifest } from '@agentmesh/manifest';

/** Files that say which long-lived servers a plugin has (Agent Plugins 1.0; Claude). */
const SERVER_FILES: ReadonlySet<string> = new Set(['mcp.json', '.mcp.json']);

/**
 * Whether a plugin has functions that the sandbox calls, to which its rules for imports apply. Scripts of skills and servers are no such functions:
 * they are started as programs, in a box or by whom they are for. Where servers are declared, a module counts as the entry only when the manifest names it.
 */
export function hasFunctions(manifest: Pick<PluginManifest, 'entry' | 'name'>, paths: readonly string[]): boolean {
  if (manifest.entry === undefined && paths.some((path) => SERVER_FILES.has(path))) return false;
  try {
    findEntry(manifest, paths);
    return true;
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    // Of several that could be meant, one may be named in the next version: it is what is held against them all.
    return error.code !== 'NO_ENTRY' || manifest.entry !== undefined;
  }
}
