import { MarketplaceError } from '@agentmesh/errors';
import type { Settings } from '../settings.js';

/**
 * The URL of the server that a command is about: the named one, else the registry that is set.
 *
 * @throws MarketplaceError `USAGE` when there is none; `REGISTRY_URL_INVALID`
 */
export async function serverUrl(named: string | undefined, { registry }: Settings): Promise<URL> {
  const { parseRegistryUrl } = await import('@agentmesh/registry-http');
  if (named !== undefined) return parseRegistryUrl(/^https?:\/\//i.test(named) ? named : `https://${named}`);
  if (registry.kind === 'http') return parseRegistryUrl(registry.location);
  throw new MarketplaceError('Expected the URL of a server', {
    code: 'USAGE',
    hint: 'For example: agentmesh login https://plugins.example.com',
  });
}
