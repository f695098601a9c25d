import { MarketplaceError, printable } from '@agentmesh/errors';
import { compareVersions, isVersion, satisfies } from '@agentmesh/manifest';
import type { RegistryEntry } from '@agentmesh/registry';
import type { Offer } from '../dependencies/candidate.js';
import type { InstallSession } from './install-session.js';
import { type PluginCandidate, registryCandidate } from './plugin-candidate.js';
import { registrySource } from './read-target.js';
import { findEntries } from './registry-entries.js';

/**
 * What the registry offers for a dependency: newest first, deprecated versions after all others, yanked ones never. A name
 * that is not listed is offered as nothing.
 *
 * @throws MarketplaceError `POLICY_DENIED`; what the registry throws
 */
export async function offerDependency(session: InstallSession, name: string): Promise<Offer<PluginCandidate>> {
  const installed = session.current.plugins.get(name);
  if (installed !== undefined && installed.source !== registrySource(name)) {
    return { candidates: [], known: `${installed.version}, installed from another source than the registry` };
  }
  if (session.registry === undefined) return { candidates: [], known: 'no registry to ask' };
  return toOffer(await findEntries(session, name), () => false);
}

/**
 * What the registry offers for what the user asked for. Asked for exactly, a yanked version is offered too, and so is the
 * installed one, so that it can be healed.
 *
 * @param version a version or a range; any when undefined
 * @throws MarketplaceError `PLUGIN_NOT_FOUND`, `VERSION_NOT_FOUND`, `RANGE_INVALID`, `POLICY_DENIED`; what the registry throws
 */
export async function offerRoot(
  session: InstallSession,
  name: string,
  version: string | undefined,
): Promise<Offer<PluginCandidate> & { readonly name: string }> {
  const entries = await findEntries(session, name);
  if (entries.length === 0) throw await notListed(session, name);
  const range = toRange(version);
  const installed = session.current.plugins.get(name)?.version;
  const wanted = entries.filter(({ manifest }) => satisfies(manifest.version, range));
  const offer = toOffer(wanted, (found) => found === version || found === installed);
  if (offer.candidates.length > 0) return { ...offer, name };
  throw new MarketplaceError(`The registry has no ${printable(name)} ${printable(range)} that can be installed`, {
    code: 'VERSION_NOT_FOUND',
    hint: `There is ${describe(entries)}.`,
  });
}

/** A version or range as the user types it, as a range. */
export function toRange(version: string | undefined): string {
  return version !== undefined && isVersion(version) ? `==${version}` : (version ?? '');
}

function toOffer(entries: readonly RegistryEntry[], evenYanked: (version: string) => boolean): Offer<PluginCandidate> {
  const usable = entries.filter(({ status, manifest }) => status.state !== 'yanked' || evenYanked(manifest.version));
  const sorted = usable.toSorted(
    (a, b) => rank(a) - rank(b) || compareVersions(b.manifest.version, a.manifest.version),
  );
  return { candidates: sorted.map(registryCandidate), known: describe(entries) };
}

function rank({ status }: RegistryEntry): number {
  return ['active', 'deprecated', 'yanked'].indexOf(status.state);
}

function describe(entries: readonly RegistryEntry[]): string {
  if (entries.length === 0) return 'nothing of that name in the registry';
  const sorted = entries.toSorted((a, b) => compareVersions(b.manifest.version, a.manifest.version));
  const words = sorted.map(({ manifest, status }) => {
    return status.state === 'active' ? manifest.version : `${manifest.version} (${status.state})`;
  });
  return words.join(', ');
}

async function notListed({ registry }: InstallSession, name: string): Promise<MarketplaceError> {
  // The registry knows which name was perhaps meant.
  await registry?.getPlugin?.(name);
  const none = registry === undefined;
  return new MarketplaceError(none ? 'No registry is set up' : `The registry lists no plugin ${printable(name)}`, {
    code: 'PLUGIN_NOT_FOUND',
    hint: none
      ? 'Give the installer a registry, or install from a source.'
      : 'Look for it with `agentmesh plugin search`.',
  });
}
