import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import { type CheckedPlugin, checkPlugin } from './check-plugin.js';
import type { InstallSession } from './install-session.js';
import { obtainPlugin } from './obtain-plugin.js';
import type { PluginCandidate } from './plugin-candidate.js';

/**
 * Obtains and checks one picked plugin, and tells how that ended.
 *
 * @throws MarketplaceError `LOCK_MISMATCH` when another key than the lock names signed it; what obtaining and checking throw
 */
export async function bringPlugin(session: InstallSession, candidate: PluginCandidate): Promise<CheckedPlugin> {
  const { signal, onProgress } = session;
  const { name: plugin } = candidate;
  signal?.throwIfAborted();
  try {
    const checked = await checkPlugin(session, await obtainPlugin(session, candidate));
    assertKey(candidate, checked);
    onProgress({ phase: 'ready', plugin, version: candidate.version });
    return checked;
  } catch (error) {
    if (isMarketplaceError(error))
      onProgress({ phase: 'refused', plugin, version: candidate.version, code: error.code });
    throw error;
  }
}

function assertKey({ name, version, origin }: PluginCandidate, { verification, keyId }: CheckedPlugin): void {
  if (origin.kind !== 'locked' || verification !== 'verified') return;
  const { key_id } = origin.locked;
  if (key_id === undefined || key_id === keyId) return;
  throw new MarketplaceError(
    `${name} ${version} is signed by ${keyId}, and agentmesh.lock names ${printable(key_id)}`,
    { code: 'LOCK_MISMATCH', hint: `Find out why. To take it as it is now: agentmesh plugin update ${name}` },
  );
}
