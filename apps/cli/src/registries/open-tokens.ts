import type { KnownToken, TokenClient } from '@agentmesh/registry-http';
import type { Composition } from '../compose.js';
import { remoteOptions } from './open-remote.js';
import { serverUrl } from './server-url.js';

/** A token as `--json` prints it. */
export interface TokenRow {
  readonly id: string;
  readonly label: string;
  readonly scopes: readonly string[];
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
}

/**
 * Opens the tokens of the named server, or of the registry that is set.
 *
 * @throws MarketplaceError `USAGE`, `REGISTRY_URL_INVALID`, `PROXY_INVALID`
 */
export async function openTokens(
  named: string | undefined,
  composition: Composition,
  signal: AbortSignal,
): Promise<TokenClient & { readonly host: string }> {
  const url = await serverUrl(named, composition.settings);
  const isUsers = named !== undefined || composition.settings.registry.isUsers;
  const options = await remoteOptions({ location: url.href, isUsers }, composition);
  const { openTokenClient } = await import('@agentmesh/registry-http');
  return { ...openTokenClient({ ...options, cache: undefined, signal }), host: url.host };
}

/** A token for `--json`. */
export function tokenRow({ id, label, scopes, expiresAt, revokedAt }: KnownToken): TokenRow {
  return { id, label, scopes, expires_at: expiresAt ?? null, revoked_at: revokedAt ?? null };
}
