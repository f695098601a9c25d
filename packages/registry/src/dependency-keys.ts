import { isMarketplaceError } from '@agentmesh/errors';
import { nameKey, type PluginManifest, parseDependency } from '@agentmesh/manifest';

/** The `nameKey` of each plugin that a manifest depends on; what is no dependency, as manifests of other tools have, is left out. */
export function dependencyKeys({ dependencies }: Pick<PluginManifest, 'dependencies'>): readonly string[] {
  return [...new Set(dependencies.flatMap(keysOf))];
}

function keysOf(text: string): readonly string[] {
  try {
    return [nameKey(parseDependency(text).name)];
  } catch (error) {
    if (isMarketplaceError(error)) return [];
    throw error;
  }
}
