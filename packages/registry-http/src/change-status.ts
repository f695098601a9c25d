import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import { type RegistryEntry, type StatusAction, signStatusAction } from '@agentmesh/registry';
import type { ApiClient } from './api-client.js';
import { parseEntry } from './entry-json.js';
import type { HttpRegistryOptions } from './http-registry-options.js';
import { versionPath } from './registry-paths.js';

/** What {@link changeStatus} works with. */
export interface StatusContext {
  readonly client: ApiClient;
  readonly signer: HttpRegistryOptions['signer'];
}

/**
 * Has the server change a version's status: by an owner's signature and, where the key owns nothing there, by the token alone,
 * which an admin's may do.
 *
 * @throws MarketplaceError `PLUGIN_NOT_FOUND`, `VERSION_NOT_FOUND`, `SIGNATURE_INVALID`, `TOKEN_REQUIRED`, `SCOPE_MISSING`
 */
export async function changeStatus(
  { client, signer: findSigner }: StatusContext,
  change: Omit<StatusAction, 'at'>,
): Promise<RegistryEntry> {
  const signer = await findSigner?.();
  if (signer === undefined) return send(client, change);
  const at = client.now.toISOString();
  const signature = Buffer.from(signStatusAction({ ...change, at }, signer)).toString('base64');
  try {
    return await send(client, change, { at, signature });
  } catch (error) {
    const isOthers = isMarketplaceError(error) && error.code === 'SIGNATURE_INVALID';
    if (!isOthers || !(await client.hasToken())) throw error;
    return send(client, change);
  }
}

async function send(
  client: ApiClient,
  { action, name, version, reason, successor }: Omit<StatusAction, 'at'>,
  signed?: { readonly at: string; readonly signature: string },
): Promise<RegistryEntry> {
  const path = versionPath(name, version);
  if (path === undefined) throw notListed(name, version);
  const body = Buffer.from(JSON.stringify({ reason, successor, signed }));
  return parseEntry(await client.send({ method: 'POST', path: `${path}/${action}`, type: 'application/json', body }));
}

function notListed(name: string, version: string): MarketplaceError {
  return new MarketplaceError(`No registry lists a version ${printable(version, 40)} of ${printable(name, 100)}`, {
    code: 'VERSION_NOT_FOUND',
    hint: 'Check the name and the version.',
  });
}
