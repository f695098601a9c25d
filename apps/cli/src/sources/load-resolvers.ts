import type { SourceResolver } from '@agentmesh/resolver';
import { assertAccepted, type ThirdParty } from '../third-parties/find-third-parties.js';

/**
 * Runs the packages that were found, and gives their resolvers.
 *
 * @param options what each `createResolver` is given
 * @throws MarketplaceError `CONSENT_REQUIRED`, `RESOLVER_INVALID`
 */
export async function loadResolvers(found: readonly ThirdParty[], options: object): Promise<readonly SourceResolver[]> {
  assertAccepted(found);
  const { loadResolver } = await import('@agentmesh/resolver-loader');
  return Promise.all(found.map(({ pack }) => loadResolver(pack, options)));
}
