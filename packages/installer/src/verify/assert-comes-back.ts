import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import { askPolicy } from '../install/ask-policy.js';
import type { InstallContext } from '../install/install-context.js';
import type { LockedPlugin } from '../state/locked-plugin.js';

/** A plugin that was installed once and is about to be again. */
export interface ReturningPlugin {
  readonly name: string;
  readonly locked: LockedPlugin;
  readonly manifest: PluginManifest;
}

/**
 * Asks trusted keys and policy once more about a plugin that comes back: a key may have been revoked since, a rule added. One that was
 * installed without a check comes back without one.
 *
 * @throws MarketplaceError `UNTRUSTED_AUTHOR`, `SIGNATURE_INVALID`, `SIGNATURE_MISSING`, `POLICY_DENIED`; the signal's reason
 */
export async function assertComesBack(
  context: Pick<InstallContext, 'keyring' | 'now' | 'policy'> & { readonly signal?: AbortSignal | undefined },
  { name, locked, manifest }: ReturningPlugin,
): Promise<void> {
  const { policy, signal } = context;
  const keyId = locked.key_id === undefined ? undefined : await checkKey(context, { name, locked, manifest });
  const subject = { manifest, keyId, digest: locked.content_digest };
  const ask = () => (policy.beforeCommit ? policy.beforeCommit(subject) : { allow: true });
  await askPolicy(`${name} ${manifest.version}`, ask, signal);
}

async function checkKey(
  context: Pick<InstallContext, 'keyring' | 'now'>,
  { name, manifest }: ReturningPlugin,
): Promise<string | undefined> {
  const keyring = await context.keyring();
  try {
    return keyring?.verify(manifest, { now: context.now() }).keyId;
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    throw new MarketplaceError(`${name} ${printable(manifest.version)} cannot come back: ${error.message}`, {
      code: error.code,
      hint: `Do without it, install a version that a trusted key signed, or trust its key again.`,
      cause: error,
    });
  }
}
