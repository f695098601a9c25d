import { compareTrees } from '@agentmesh/artifact';
import type { RegistryEntry } from '@agentmesh/registry';
import type { LockedPlugin } from '../state/locked-plugin.js';
import { type InspectedPlugin, inspectPlugin } from '../verify/inspect-plugin.js';
import { baseOf } from './base-of.js';
import { checkCollision } from './check-collision.js';
import { fetchEntry } from './fetch-entry.js';
import type { Change } from './install-result.js';
import type { InstallSession } from './install-session.js';
import type { InstallRegistry } from './installer-options.js';
import { obtainLocked } from './obtain-locked.js';
import type { ObtainedPlugin } from './obtained-plugin.js';
import type { PluginCandidate } from './plugin-candidate.js';
import { registrySource } from './read-target.js';
import { refetchPlugin } from './refetch-plugin.js';
import { sameManifest } from './same-manifest.js';
import type { StagedPlugin } from './staged-plugin.js';

/** An installed plugin, re-hashed. */
interface Present {
  readonly locked: LockedPlugin;
  readonly inspected: InspectedPlugin;
}

/**
 * Gets hold of a picked plugin's files: the installed ones when they are the same and verify, else new ones.
 *
 * @throws MarketplaceError `NAME_COLLISION`, `TREE_TAMPERED` for a damaged dependency that cannot be brought again; what
 * fetching throws
 */
export async function obtainPlugin(session: InstallSession, candidate: PluginCandidate): Promise<ObtainedPlugin> {
  const { origin, name } = candidate;
  if (origin.kind === 'installed') return obtainInstalled(session, name, origin.locked);
  if (origin.kind === 'locked') return obtainLocked(session, name, origin.locked);
  checkCollision(baseOf(session), name, sourceOf(candidate));
  const present = await findPresent(session, name);
  if (origin.kind === 'staged') return obtainStaged(present, origin.plugin);
  return obtainEntry(session, present, origin.entry);
}

async function obtainInstalled(session: InstallSession, name: string, locked: LockedPlugin): Promise<ObtainedPlugin> {
  const present = {
    locked,
    inspected: await inspectPlugin(session.workspace, { generation: session.current, name, locked }),
  };
  const kept = keep(present);
  if (kept !== undefined) return kept;
  const staged = await refetchPlugin(session, name, { locked, differences: present.inspected.differences });
  return take(staged, present, 'healed');
}

function obtainStaged(present: Present | undefined, plugin: StagedPlugin): ObtainedPlugin {
  const kept = present === undefined ? undefined : keep(present, plugin.findings);
  if (kept !== undefined && compareTrees(kept.files, plugin.files).length === 0) return kept;
  const sameContent =
    present?.locked.version === plugin.manifest.version && present.locked.content_digest === plugin.digest;
  return take(plugin, present, sameContent && kept === undefined ? 'healed' : 'updated');
}

async function obtainEntry(
  session: InstallSession,
  present: Present | undefined,
  entry: RegistryEntry,
): Promise<ObtainedPlugin> {
  const same =
    present !== undefined &&
    present.locked.version === entry.manifest.version &&
    present.locked.integrity === entry.artifact?.integrity;
  const kept = same ? keep(present) : undefined;
  if (kept !== undefined && sameManifest(kept.manifest, entry.manifest)) return kept;
  const staged = await fetchEntry(session, registryOf(session), entry);
  return take(staged, present, same && kept === undefined ? 'healed' : 'updated');
}

async function findPresent(session: InstallSession, name: string): Promise<Present | undefined> {
  const locked = session.current.plugins.get(name);
  if (locked === undefined) return undefined;
  return { locked, inspected: await inspectPlugin(session.workspace, { generation: session.current, name, locked }) };
}

function keep({ locked, inspected }: Present, findings: StagedPlugin['findings'] = []): ObtainedPlugin | undefined {
  const { manifest, files, differences } = inspected;
  if (manifest === undefined || differences.length > 0) return undefined;
  const { name } = manifest;
  const digest = locked.content_digest;
  return { name, change: 'kept', manifest, files, digest, findings, origin: locked, locked, staged: undefined };
}

function take(staged: StagedPlugin, present: Present | undefined, change: Change): ObtainedPlugin {
  const { manifest, files, digest, findings } = staged;
  const { name } = manifest;
  const happened = present === undefined ? 'installed' : change;
  return { name, change: happened, manifest, files, digest, findings, origin: staged, locked: present?.locked, staged };
}

function sourceOf({ name, origin }: PluginCandidate): string {
  return origin.kind === 'staged' ? origin.plugin.source : registrySource(name);
}

function registryOf({ registry }: InstallSession): InstallRegistry {
  if (registry !== undefined) return registry;
  throw new TypeError('A registry entry without a registry');
}
