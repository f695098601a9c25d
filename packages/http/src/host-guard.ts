import { isIP } from 'node:net';
import { createAddressRules } from './address-rules.js';
import { httpError } from './http-error.js';
import { defaultLookup, type Lookup, type ResolvedAddress } from './lookup.js';
import { normalizeHost } from './normalize-host.js';
import { resolveHost } from './resolve-host.js';

/** What a {@link HostGuard} allows, as for a guarded client. */
export interface HostGuardOptions {
  /** Host names, addresses and CIDR ranges beyond the internet that may be reached. */
  readonly allowPrivateHosts?: readonly string[] | undefined;
  /** Resolves names (default: the system). */
  readonly lookup?: Lookup | undefined;
}

/** The address rule of the guarded client, for programs that make their connections themselves. */
export interface HostGuard {
  /**
   * All addresses of a host, each of them checked; the program is to connect to one of exactly these.
   *
   * @param plain true for a connection without TLS or another proof of who answers: only listed loopback passes
   * @throws MarketplaceError `ADDRESS_REFUSED`, `HTTP_FAILED` for a host without addresses; what the lookup throws
   */
  resolve(host: string, plain?: boolean): Promise<readonly ResolvedAddress[]>;
  /** True for a host that is listed by its name, or by its address where it is one. */
  isListed(host: string): boolean;
}

/**
 * Makes the rule.
 *
 * @throws MarketplaceError `ADDRESS_REFUSED` for an entry of `allowPrivateHosts` that cannot be read
 */
export function createHostGuard(options: HostGuardOptions = {}): HostGuard {
  const rules = createAddressRules(options.allowPrivateHosts);
  const lookup = options.lookup ?? defaultLookup;
  return {
    resolve: async (name, plain = false) => {
      const host = normalizeHost(name);
      const check = (address: string): void => {
        rules.check(address, host);
        if (plain && !rules.isListedLoopback(address, host)) {
          throw httpError('ADDRESS_REFUSED', `No connection is made to ${host} without TLS`);
        }
      };
      const family = isIP(host);
      if (family === 0) return resolveHost({ host, lookup, check });
      check(host);
      return [{ address: host, family }];
    },
    isListed: (host) => rules.isListedHost(host),
  };
}
