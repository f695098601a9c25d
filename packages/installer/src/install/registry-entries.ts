import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import type { RegistryEntry } from '@agentmesh/registry';
import { askBeforeFetch } from './ask-before-fetch.js';
import type { InstallSession } from './install-session.js';
import { REGISTRY_SCHEME } from './read-target.js';

/**
 * All versions of a name, after the policy has looked at it; empty when the registry does not list it, or when there is none.
 *
 * @throws MarketplaceError `POLICY_DENIED`, `MANIFEST_MISMATCH`; what the registry throws
 */
export async function findEntries(session: InstallSession, name: string): Promise<readonly RegistryEntry[]> {
  await askBeforeFetch(session, { scheme: REGISTRY_SCHEME, spec: name });
  const entries = await listVersions(session, name);
  // The name becomes a path, and a registry is not trusted to answer what it was asked.
  if (entries.every(({ manifest }) => manifest.name === name)) return entries;
  throw new MarketplaceError(`Asked for ${printable(name)}, the registry answered with another plugin`, {
    code: 'MANIFEST_MISMATCH',
    hint: 'Do not install from it; tell whoever runs the registry.',
  });
}

async function listVersions({ registry }: InstallSession, name: string): Promise<readonly RegistryEntry[]> {
  try {
    return (await registry?.versions(name)) ?? [];
  } catch (error) {
    if (isMarketplaceError(error) && error.code === 'PLUGIN_NOT_FOUND') return [];
    throw error;
  }
}
