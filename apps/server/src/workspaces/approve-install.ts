import { MarketplaceError, printable } from '@agentmesh/errors';
import { compareVersions, nameKey, parseDependency, satisfies } from '@agentmesh/manifest';
import type { InstallRecord } from '../targets/install-record.js';
import { originOf } from './origin-of.js';

/**
 * Holds a plugin against those that are installed in its workspace: its name and its look-alikes, the version that is there, what it depends on
 * and what depends on it.
 *
 * @throws MarketplaceError `NAME_COLLISION`, `DOWNGRADE_REFUSED`, `VERSION_RETAGGED`, `DEPENDENCY_UNSATISFIED`
 */
export function approveInstall(installed: readonly InstallRecord[], plugin: InstallRecord): void {
  for (const other of installed) if (nameKey(other.plugin) === nameKey(plugin.plugin)) checkPredecessor(other, plugin);
  const others = installed.filter((other) => other.plugin !== plugin.plugin);
  for (const spec of plugin.manifest.dependencies) checkDependency(others, plugin, spec);
  for (const other of others) checkDependent(other, plugin);
}

/**
 * Refuses to leave plugins without what they need.
 *
 * @throws MarketplaceError `HAS_DEPENDENTS`
 */
export function approveRemoval(installed: readonly InstallRecord[], name: string): void {
  const dependents = installed.filter(({ plugin, manifest }) => {
    return plugin !== name && manifest.dependencies.some((spec) => dependencyOn(spec, name) !== undefined);
  });
  if (dependents.length === 0) return;
  throw new MarketplaceError(`${name} is needed by ${dependents.map(({ plugin }) => plugin).join(', ')}`, {
    code: 'HAS_DEPENDENTS',
    hint: 'Remove them first, or add ?force=true and leave them without what they need.',
  });
}

function checkPredecessor(before: InstallRecord, plugin: InstallRecord): void {
  const { plugin: name, version } = plugin;
  if (before.plugin !== name || originOf(before.source) !== originOf(plugin.source)) {
    throw new MarketplaceError(
      `${name} from ${show(plugin.source)} stands against ${before.plugin}, installed from ${show(before.source)}`,
      { code: 'NAME_COLLISION', hint: `Remove ${before.plugin} first if this one is to take its place.` },
    );
  }
  if (before.version === version && before.contentDigest !== plugin.contentDigest) {
    throw new MarketplaceError(
      `${name} ${version} is not the ${name} ${version} that is installed: it was ${before.contentDigest}, and is ${plugin.contentDigest}`,
      {
        code: 'VERSION_RETAGGED',
        hint: 'A version never changes: ask its author for a new one. If the change is yours, remove the plugin first.',
      },
    );
  }
  if (isMadeVersion(before) && isMadeVersion(plugin)) return;
  if (compareVersions(version, before.version) >= 0) return;
  throw new MarketplaceError(`${name} would go back from ${before.version} to ${version}`, {
    code: 'DOWNGRADE_REFUSED',
    hint: 'An older version may have faults that the newer one mends. If that is meant, remove the plugin first.',
  });
}

/** Versions that were made from revisions have no order. */
function isMadeVersion({ foreign, version }: InstallRecord): boolean {
  return foreign && /^0\.0\.\d{5,}$/.test(version);
}

function checkDependency(installed: readonly InstallRecord[], { plugin }: InstallRecord, spec: string): void {
  const { name, range } = parseDependency(spec);
  const found = installed.find((other) => other.plugin === name);
  if (found !== undefined && (range === '' || satisfies(found.version, range))) return;
  const had = found === undefined ? 'is not installed' : `is installed as ${found.version}`;
  throw new MarketplaceError(`${plugin} needs ${printable(spec)}, and ${name} ${had} in this workspace`, {
    code: 'DEPENDENCY_UNSATISFIED',
    hint: `Install ${name} first.`,
  });
}

function checkDependent(other: InstallRecord, { plugin, version }: InstallRecord): void {
  for (const spec of other.manifest.dependencies) {
    const range = dependencyOn(spec, plugin);
    if (range === undefined || range === '' || satisfies(version, range)) continue;
    throw new MarketplaceError(`${other.plugin} needs ${printable(spec)}, which ${plugin} ${version} is not`, {
      code: 'DEPENDENCY_UNSATISFIED',
      hint: `Ask for another version, or remove ${other.plugin} first.`,
    });
  }
}

/** The range in which a dependency asks for a plugin; undefined when it asks for another. */
function dependencyOn(spec: string, name: string): string | undefined {
  const dependency = parseDependency(spec);
  return dependency.name === name ? dependency.range : undefined;
}

function show(source: string): string {
  return printable(source, 120);
}
