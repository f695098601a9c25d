import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressRules } from './address-rules.js';
import { httpError } from './http-error.js';
import type { Lookup } from './lookup.js';
import { resolveHost } from './resolve-host.js';
import { trust } from './trust.js';

const CONNECT_MS = 10_000;

/** What a {@link createGuardedConnector} connects by. */
export interface ConnectorOptions {
  readonly rules: AddressRules;
  readonly lookup: Lookup;
  /** Certificates in PEM that are trusted beside the system's. */
  readonly ca?: string | readonly string[] | undefined;
}

/**
 * Makes connections for undici. A name is resolved once, every address of it is checked, and the connection goes to one of
 * exactly those: a second answer of the name server is never asked for. Without TLS only listed loopback is reached.
 */
export function createGuardedConnector({ rules, lookup, ca }: ConnectorOptions): buildConnector.connector {
  const checkPlain = (address: string, host: string): void => {
    rules.check(address, host);
    if (!rules.isListedLoopback(address, host)) {
      throw httpError('ADDRESS_REFUSED', `No connection is made to ${host} without TLS`);
    }
  };
  const checkSecure = (address: string, host: string): void => rules.check(address, host);
  const common = { timeout: CONNECT_MS, autoSelectFamily: true, ...trust(ca) };
  const plain = buildConnector({ ...common, lookup: checkedLookup(lookup, checkPlain) });
  const secure = buildConnector({ ...common, lookup: checkedLookup(lookup, checkSecure) });
  return (options, callback) => {
    const isSecure = options.protocol === 'https:';
    try {
      if (isIP(options.hostname) !== 0) (isSecure ? checkSecure : checkPlain)(options.hostname, options.hostname);
    } catch (error) {
      callback(toError(error), null);
      return;
    }
    (isSecure ? secure : plain)(options, callback);
  };
}

/** A resolver for sockets: all addresses or none. */
function checkedLookup(lookup: Lookup, check: (address: string, host: string) => void): LookupFunction {
  return (host, options, callback) => {
    resolveHost({ host, lookup, check }).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(toError(error), ''),
    );
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('not an error');
}
