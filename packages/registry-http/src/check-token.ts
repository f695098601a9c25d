import { ApiClient } from './api-client.js';
import type { HttpRegistryOptions } from './http-registry-options.js';
import { type KnownToken, parseToken } from './token-json.js';

/**
 * Asks a server whose token this is.
 *
 * @throws MarketplaceError `TOKEN_INVALID`, `TOKEN_REQUIRED`, `FETCH_FAILED`, `FETCH_TIMEOUT`, `REGISTRY_URL_INVALID`
 */
export async function checkToken(options: HttpRegistryOptions): Promise<KnownToken> {
  const client = new ApiClient(options);
  try {
    return parseToken(await client.read('v1/tokens/current'));
  } finally {
    await client.close();
  }
}
