import { compareVersions } from '@agentmesh/manifest';
import { parseSource } from '@agentmesh/resolver';
import type { LockedPlugin } from '../state/locked-plugin.js';
import { treeTampered } from '../verify/tree-tampered.js';
import type { InstalledDifference } from '../verify/verification-report.js';
import { fetchEntry } from './fetch-entry.js';
import { fetchFromSource } from './fetch-from-source.js';
import type { InstallSession } from './install-session.js';
import { registrySource } from './read-target.js';
import { findEntries } from './registry-entries.js';
import { showSource } from './show-source.js';
import type { StagedPlugin } from './staged-plugin.js';

/**
 * Brings a damaged dependency again from where it came, in the same version with the same digest: healing one plugin must not move
 * another, and a branch that moved on is no obstacle.
 *
 * @throws MarketplaceError `TREE_TAMPERED` when its source no longer has those bytes; what fetching throws
 */
export async function refetchPlugin(
  session: InstallSession,
  name: string,
  damage: { readonly locked: LockedPlugin; readonly differences: readonly InstalledDifference[] },
): Promise<StagedPlugin> {
  const { locked, differences } = damage;
  const staged =
    locked.source === registrySource(name)
      ? await refetchEntry(session, name, locked.version)
      : { ...(await fetchFromSource(session, parseSource(locked.resolved))), source: locked.source };
  if (staged?.digest === locked.content_digest && staged.manifest.name === name) return staged;
  const hint = `${showSource(locked.source)} no longer has these bytes; install ${name} again to take what it has now.`;
  throw treeTampered(name, differences, hint);
}

async function refetchEntry(session: InstallSession, name: string, version: string): Promise<StagedPlugin | undefined> {
  const entries = await findEntries(session, name);
  const entry = entries.find(({ manifest }) => compareVersions(manifest.version, version) === 0);
  if (entry === undefined || session.registry === undefined) return undefined;
  return fetchEntry(session, session.registry, entry);
}
