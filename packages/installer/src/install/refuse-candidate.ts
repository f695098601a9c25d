import { isMarketplaceError } from '@agentmesh/errors';
import type { RegistryEntry } from '@agentmesh/registry';
import type { Refusal } from '../dependencies/candidate.js';
import { refuseUntrusted } from '../dependencies/refuse-untrusted.js';
import { askPolicy } from './ask-policy.js';
import type { InstallSession } from './install-session.js';
import { PermissionsWidened } from './permissions-widened.js';
import type { PluginCandidate } from './plugin-candidate.js';

/**
 * What is held against a version before any of it is fetched, so that an older one may be picked instead: that its permissions
 * were refused, that nobody trusts its author, that the policy denies it. All of it is asked again of what was fetched.
 */
export async function refuseCandidate(
  session: InstallSession,
  { name, version, origin }: PluginCandidate,
): Promise<Refusal | undefined> {
  const refused = session.refused?.get(`${name} ${version}`);
  if (refused !== undefined) {
    const cause = new PermissionsWidened([{ name, version, added: refused.added }]);
    return { reason: refused.reason, code: cause.code, cause };
  }
  if (origin.kind !== 'registry') return undefined;
  const { verify, now } = session;
  const keyring = verify ? await session.keyring() : undefined;
  return refuseUntrusted(origin.entry, { keyring, now }) ?? refusedByPolicy(session, origin.entry);
}

async function refusedByPolicy(session: InstallSession, { manifest }: RegistryEntry): Promise<Refusal | undefined> {
  const { policy, signal, verify, now } = session;
  const { content_digest: digest } = manifest;
  // Of a plugin whose files its manifest does not name nothing is known yet.
  if (policy.beforeCommit === undefined || digest === undefined) return undefined;
  const keyring = verify ? await session.keyring() : undefined;
  const subject = { manifest, keyId: keyring?.verify(manifest, { now: now() }).keyId, digest };
  try {
    await askPolicy(`${manifest.name} ${manifest.version}`, () => policy.beforeCommit?.(subject), signal);
    return undefined;
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    return { reason: `is refused: ${error.message}`, code: error.code, cause: error };
  }
}
