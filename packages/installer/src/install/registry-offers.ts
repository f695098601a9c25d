import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import { compareVersions, isVersion, nameKey, satisfies } from '@agentmesh/manifest';
import type { RegistryEntry } from '@agentmesh/registry';
import type { Offer, Target } from '../dependencies/candidate.js';
import { standingOf } from '../dependencies/standing.js';
import type { InstallSession } from './install-session.js';
import { type PluginCandidate, registryCandidate } from './plugin-candidate.js';
import { registrySource } from './read-target.js';
import { findEntries } from './registry-entries.js';
import { showSource } from './show-source.js';

/**
 * What the registry offers for a dependency: every version, newest first, each with its standing. A name that is not listed, that
 * the policy refuses, or that is taken by another source is offered as nothing, with the reason.
 *
 * @throws what the registry throws
 */
export async function offerDependency(session: InstallSession, name: string): Promise<Offer<PluginCandidate>> {
  const taken = takenBy(session, name);
  if (taken !== undefined) return { candidates: [], missing: taken };
  if (session.registry === undefined)
    return { candidates: [], missing: { reason: 'would come from a registry, and none is set up' } };
  try {
    return toOffer(session, await findEntries(session, name));
  } catch (error) {
    if (!isMarketplaceError(error) || error.code !== 'POLICY_DENIED') throw error;
    const reason = `may not be fetched: ${error.message}`;
    return { candidates: [], missing: { reason, code: error.code, cause: error } };
  }
}

/**
 * What the registry offers for what the user asked for. Asked for exactly, a yanked or deprecated version is free to be picked, and
 * so is the installed one, so that it can be healed.
 *
 * @param version a version or a range; any when undefined
 * @throws MarketplaceError `PLUGIN_NOT_FOUND`; `VERSION_NOT_FOUND` when no version meets the range; `RANGE_INVALID`,
 * `POLICY_DENIED`; what the registry throws
 */
export async function offerRoot(
  session: InstallSession,
  name: string,
  version: string | undefined,
): Promise<Target<PluginCandidate>> {
  const entries = await findEntries(session, name);
  if (entries.length === 0) throw await notListed(session, name);
  const range = toRange(version);
  const installed = session.current.plugins.get(name)?.version;
  if (entries.some(({ manifest }) => satisfies(manifest.version, range))) {
    return { ...toOffer(session, entries, (found) => found === version || found === installed), name, range };
  }
  throw new MarketplaceError(`The registry has no ${printable(name)} ${printable(range)} that can be installed`, {
    code: 'VERSION_NOT_FOUND',
    hint: `There is ${describe(entries)}.`,
  });
}

/** A version or range as the user types it, as a range. */
export function toRange(version: string | undefined): string {
  return version !== undefined && isVersion(version) ? `==${version}` : (version ?? '');
}

function toOffer(
  session: InstallSession,
  entries: readonly RegistryEntry[],
  evenWithdrawn: (version: string) => boolean = () => false,
): Offer<PluginCandidate> {
  if (entries.length === 0) return { candidates: [], missing: { reason: 'is not in the registry' } };
  const rules = { ...session, evenWithdrawn };
  const sorted = entries.toSorted((a, b) => compareVersions(b.manifest.version, a.manifest.version));
  return { candidates: sorted.map((entry) => registryCandidate(entry, standingOf(entry, rules))) };
}

/** A name whose place is taken, as `checkCollision` would find after all was fetched. */
function takenBy({ current }: InstallSession, name: string): Offer<PluginCandidate>['missing'] {
  for (const [other, { source, version }] of current.plugins) {
    if (other === name && source !== registrySource(name)) {
      return { reason: `is installed as ${version} from another source than the registry, ${showSource(source)}` };
    }
    if (other !== name && nameKey(other) === nameKey(name)) {
      const reason = `differs by case, "-" and "_" alone from ${other}, which is installed`;
      return { reason, code: 'NAME_COLLISION' };
    }
  }
  return undefined;
}

function describe(entries: readonly RegistryEntry[]): string {
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
