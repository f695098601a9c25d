import { isMarketplaceError } from '@agentmesh/errors';
import { type ParsedDependency, parseDependency } from './parse-dependency.js';
import type { PluginManifest } from './plugin-manifest.js';
import { nameKey } from './plugin-name.js';
import type { Problems } from './problems.js';

/** Adds what keeps the dependencies of a manifest from being published: syntax, the plugin itself, one name twice. */
export function checkPublishedDependencies(manifest: PluginManifest, problems: Problems): void {
  const seen = new Map<string, number>();
  manifest.dependencies.forEach((spec, index) => {
    const path = `dependencies[${index}]`;
    const dependency = parse(spec, path, problems);
    if (dependency === undefined) return;
    const key = nameKey(dependency.name);
    const first = seen.get(key);
    if (first !== undefined) {
      problems.error('dependency-duplicate', path, `names the plugin of dependencies[${first}] again`);
    } else if (key === nameKey(manifest.name)) {
      problems.error('dependency-on-itself', path, 'a plugin cannot depend on itself');
    }
    seen.set(key, index);
  });
}

function parse(spec: string, path: string, problems: Problems): ParsedDependency | undefined {
  try {
    return parseDependency(spec);
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    problems.error('dependency-invalid', path, error.message);
    return undefined;
  }
}
