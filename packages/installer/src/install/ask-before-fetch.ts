import { formatSource, type Source } from '@agentmesh/resolver';
import { askPolicy } from './ask-policy.js';
import type { InstallSession } from './install-session.js';
import { showSource } from './show-source.js';

/**
 * Asks the policy about a source before it is read.
 *
 * @throws MarketplaceError `POLICY_DENIED`
 */
export async function askBeforeFetch({ policy, signal }: InstallSession, source: Source): Promise<void> {
  const ask = () => (policy.beforeFetch ? policy.beforeFetch(source) : { allow: true });
  await askPolicy(showSource(formatSource(source)), ask, signal);
}
