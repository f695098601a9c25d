import { MarketplaceError } from '@agentmesh/errors';
import { z } from 'zod';
import { ApiClient } from './api-client.js';
import type { HttpRegistryOptions } from './http-registry-options.js';

/** A token, as its server knows it. */
export interface KnownToken {
  readonly id: string;
  readonly label: string;
  readonly scopes: readonly string[];
  /** ISO 8601; unset for one that lasts. */
  readonly expiresAt?: string;
}

const shape = z.object({
  id: z.string().max(100),
  label: z.string().max(1_000),
  scopes: z.array(z.string().max(200)).max(1_000),
  expires_at: z.string().max(40).optional(),
});

/**
 * Asks a server whose token this is.
 *
 * @throws MarketplaceError `TOKEN_INVALID`, `TOKEN_REQUIRED`, `FETCH_FAILED`, `FETCH_TIMEOUT`, `REGISTRY_URL_INVALID`
 */
export async function checkToken(options: HttpRegistryOptions): Promise<KnownToken> {
  const client = new ApiClient(options);
  try {
    const found = shape.safeParse(await client.read('v1/tokens/current'));
    if (!found.success) throw notOurs();
    const { id, label, scopes, expires_at: expiresAt } = found.data;
    return { id, label, scopes, ...(expiresAt === undefined ? {} : { expiresAt }) };
  } finally {
    await client.close();
  }
}

function notOurs(): MarketplaceError {
  return new MarketplaceError('The server did not say whose token it is', {
    code: 'FETCH_FAILED',
    hint: 'Check the URL of the registry.',
  });
}
