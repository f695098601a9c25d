import { MarketplaceError } from '@agentmesh/errors';
import type { Source } from '@agentmesh/resolver';
import type { InstallSession } from './install-session.js';

/**
 * Refuses a source that lies behind a network while none may be used.
 *
 * @param shown the source as a message may show it
 * @throws MarketplaceError `OFFLINE`
 */
export function assertReachable(
  { offline, offlineSchemes }: Pick<InstallSession, 'offline' | 'offlineSchemes'>,
  { scheme }: Source,
  shown: string,
): void {
  if (offline !== true || offlineSchemes.includes(scheme)) return;
  throw new MarketplaceError(`${shown} is not in the store, and nothing may be fetched (offline)`, {
    code: 'OFFLINE',
    hint: 'Try it with a network, or from a bundle: agentmesh plugin install --from-bundle FILE',
  });
}
