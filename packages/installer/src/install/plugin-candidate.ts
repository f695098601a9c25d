import { isMarketplaceError } from '@agentmesh/errors';
import { type Dependency, type PluginManifest, parseDependency } from '@agentmesh/manifest';
import type { RegistryEntry } from '@agentmesh/registry';
import type { Candidate } from '../dependencies/candidate.js';
import type { Standing } from '../dependencies/standing.js';
import type { LockedPlugin } from '../state/locked-plugin.js';
import { checkManifest } from './check-manifest.js';
import type { StagedPlugin } from './staged-plugin.js';

/** A version that could be installed, and where its files are. */
export interface PluginCandidate extends Candidate {
  readonly origin:
    | { readonly kind: 'installed'; readonly locked: LockedPlugin }
    // Named by the project's lock, perhaps not installed.
    | { readonly kind: 'locked'; readonly locked: LockedPlugin }
    | { readonly kind: 'registry'; readonly entry: RegistryEntry }
    | { readonly kind: 'staged'; readonly plugin: StagedPlugin };
}

/** A candidate of the registry. Its dependencies are read when it is tried, so that a bad old version harms nobody. */
export function registryCandidate(entry: RegistryEntry, standing: Standing): PluginCandidate {
  const { name, version } = entry.manifest;
  return {
    name,
    version,
    origin: { kind: 'registry', entry },
    ...standing,
    get dependencies() {
      return dependenciesOf(entry.manifest);
    },
  };
}

/** The candidate that a fetched source is. */
export function stagedCandidate(plugin: StagedPlugin): PluginCandidate {
  const { name, version } = plugin.manifest;
  return { name, version, dependencies: dependenciesOf(plugin.manifest), origin: { kind: 'staged', plugin } };
}

/** The candidate that an installed plugin is. */
export function installedCandidate(name: string, locked: LockedPlugin): PluginCandidate {
  const { version } = locked;
  return {
    name,
    version,
    dependencies: locked.dependencies.map(parseDependency),
    origin: { kind: 'installed', locked },
  };
}

function dependenciesOf(manifest: PluginManifest): readonly Dependency[] {
  try {
    return manifest.dependencies.map(parseDependency);
  } catch (error) {
    // What cannot be read is no publishable manifest either, and that error tells all of its problems together.
    if (isMarketplaceError(error)) checkManifest(manifest);
    throw error;
  }
}
