import type { GuardedClientOptions } from '@agentmesh/http';
import type { BrokerHttp } from './create-broker.js';

/** Loads the HTTP client: it costs tens of milliseconds, and most plugins have no network. */
export async function openHttp(options: GuardedClientOptions): Promise<BrokerHttp> {
  const { createGuardedClient, isConnectionHeader } = await import('@agentmesh/http');
  return { client: createGuardedClient(options), isConnectionHeader };
}
