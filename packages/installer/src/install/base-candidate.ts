import { parseDependency } from '@agentmesh/manifest';
import type { LockedPlugin } from '../state/locked-plugin.js';
import type { InstallSession } from './install-session.js';
import { installedCandidate, type PluginCandidate } from './plugin-candidate.js';

/**
 * The candidate that a plugin of the base is: installed already, or named by the lock alone.
 *
 * @param exactly whether what is installed counts only as far as it is what the lock names, byte by byte
 */
export function baseCandidate(
  { current }: Pick<InstallSession, 'current'>,
  { name, locked }: { readonly name: string; readonly locked: LockedPlugin },
  exactly: boolean,
): PluginCandidate {
  const present = current.plugins.get(name);
  const isThere = present?.version === locked.version && present.content_digest === locked.content_digest;
  if (isThere && !exactly) return installedCandidate(name, locked);
  const { version } = locked;
  const dependencies = locked.dependencies.map(parseDependency);
  return { name, version, dependencies, origin: { kind: 'locked', locked } };
}
