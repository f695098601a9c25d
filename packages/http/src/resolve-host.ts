import { isIP } from 'node:net';
import { httpError } from './http-error.js';
import type { Lookup, ResolvedAddress } from './lookup.js';

/** One name to resolve. */
export interface HostQuestion {
  readonly host: string;
  readonly lookup: Lookup;
  /** Throws for an address that may not be connected to. */
  check(address: string, host: string): void;
}

/**
 * Resolves a name once: all of its addresses have passed the check, or none is answered.
 *
 * @throws MarketplaceError `HTTP_FAILED` for a name without addresses; what the check and the lookup throw
 */
export async function resolveHost(question: HostQuestion): Promise<[ResolvedAddress, ...ResolvedAddress[]]> {
  const { host, lookup, check } = question;
  const addresses = (await lookup(host)).map(({ address }) => ({ address, family: isIP(address) }));
  for (const { address } of addresses) check(address, host);
  const [first, ...others] = addresses;
  if (first === undefined) throw httpError('HTTP_FAILED', `${host} has no address`);
  return [first, ...others];
}
