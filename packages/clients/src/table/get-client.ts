import { MarketplaceError, nearest, printable } from '@agentmesh/errors';
import type { Client } from './client.js';
import { CLIENTS } from './clients.js';

/**
 * The row of a client.
 *
 * @throws MarketplaceError `CLIENT_UNKNOWN`
 */
export function getClient(id: string): Client {
  const client = CLIENTS.find((row) => row.id === id);
  if (client !== undefined) return client;
  const known = CLIENTS.map((row) => row.id);
  const meant = nearest(id, known);
  throw new MarketplaceError(`Expected one of ${known.join(', ')} as client, got "${printable(id)}"`, {
    code: 'CLIENT_UNKNOWN',
    hint: meant === undefined ? undefined : `Did you mean ${meant}?`,
  });
}
