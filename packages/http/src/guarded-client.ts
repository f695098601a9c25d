import { isIP } from 'node:net';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { type AddressRules, createAddressRules } from './address-rules.js';
import { checkRequest } from './check-request.js';
import { createResponse } from './create-response.js';
import { followRedirect, type Hop } from './follow-redirect.js';
import { createGuardedConnector } from './guarded-connector.js';
import type { GuardedRequest, GuardedResponse } from './guarded-request.js';
import { httpError, requestError } from './http-error.js';
import { ACCEPTED_ENCODINGS } from './limited-body.js';
import { defaultLookup, type Lookup } from './lookup.js';
import { normalizeHost } from './normalize-host.js';
import { trust } from './trust.js';

const TIMEOUT_MS = 60_000;
const MAX_BYTES = 100 * 1024 * 1024;
const CONNECTIONS = 8;

/** What a {@link GuardedClient} may reach, and how. */
export interface GuardedClientOptions {
  /** Host names, addresses and CIDR ranges beyond the internet that may be reached, and loopback without TLS. */
  readonly allowPrivateHosts?: readonly string[] | undefined;
  /** Resolves names (default: the system). */
  readonly lookup?: Lookup | undefined;
  /** Certificates in PEM that are trusted beside the system's. */
  readonly ca?: string | readonly string[] | undefined;
  /**
   * URL of a proxy for everything that is not listed. The proxy resolves the names, and is trusted to refuse what it must;
   * addresses are still checked where they can be seen from here.
   */
  readonly proxy?: string | undefined;
  /** True for what is reached without the proxy though it is not listed; addresses are checked as ever. */
  readonly bypassProxy?: ((url: URL) => boolean) | undefined;
}

/** Makes HTTP requests to destinations that are not trusted. */
export interface GuardedClient {
  /**
   * Makes one request and follows its redirects; gives the answer before its body.
   *
   * @throws MarketplaceError `ADDRESS_REFUSED`, `HTTP_REQUEST_REFUSED`, `HTTP_REDIRECT_REFUSED`, `HTTP_TIMEOUT`,
   * `HTTP_ABORTED`, `HTTP_TLS`, `HTTP_FAILED`; reading the body `HTTP_TOO_LARGE`, `HTTP_ENCODING`
   */
  request(request: GuardedRequest): Promise<GuardedResponse>;
  /** Closes its connections. */
  close(): Promise<void>;
}

/**
 * A client for requests whose target somebody else chose. See README for what it refuses.
 *
 * @throws MarketplaceError `ADDRESS_REFUSED` for an entry of `allowPrivateHosts` that cannot be read
 */
export function createGuardedClient(options: GuardedClientOptions = {}): GuardedClient {
  const rules = createAddressRules(options.allowPrivateHosts);
  const lookup = options.lookup ?? defaultLookup;
  const direct = new Agent({
    connect: createGuardedConnector({ rules, lookup, ca: options.ca }),
    connections: CONNECTIONS,
    pipelining: 1,
  });
  const proxy = options.proxy === undefined ? undefined : createProxy(options.proxy, options.ca);
  const dispatcherFor = async (url: URL): Promise<Dispatcher> => {
    if (proxy === undefined || url.protocol === 'http:' || rules.isListedHost(url.hostname)) return direct;
    if (options.bypassProxy?.(url) === true) return direct;
    await checkVisible(url.hostname, rules, lookup);
    return proxy;
  };
  return {
    request: (request) => send(request, dispatcherFor),
    close: async () => void (await Promise.all([direct.destroy(), proxy?.destroy()])),
  };
}

/** Behind a proxy names may not resolve here at all; where they do, what they stand for counts. */
async function checkVisible(hostname: string, rules: AddressRules, lookup: Lookup): Promise<void> {
  const host = normalizeHost(hostname);
  const addresses = isIP(host) === 0 ? await lookup(host).catch(() => []) : [{ address: host }];
  for (const { address } of addresses) rules.check(address, host);
}

function createProxy(uri: string, ca: GuardedClientOptions['ca']): ProxyAgent {
  return new ProxyAgent({ uri, connections: CONNECTIONS, proxyTunnel: true, requestTls: trust(ca) });
}

async function send(
  request: GuardedRequest,
  dispatcherFor: (url: URL) => Promise<Dispatcher>,
): Promise<GuardedResponse> {
  const { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, redirects = { max: 0 }, decode = true } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  const signals = { timeout, caller: request.signal };
  const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
  let hop: Hop = { ...checkRequest(request), body: request.body };
  for (let count = 0; ; count += 1) {
    const { url } = hop;
    const describe = (error: unknown): Error => requestError(error, url, signals);
    try {
      const data = await dispatch(await dispatcherFor(url), hop, { signal, timeoutMs });
      const next = redirects.max > 0 ? followRedirect(hop, data) : undefined;
      if (next === undefined) return createResponse({ url, method: hop.method, data, maxBytes, decode, describe });
      data.body.on('error', () => undefined).destroy();
      if (count >= redirects.max) throw httpError('HTTP_REDIRECT_REFUSED', `${url.host} redirects too often`);
      await redirects.check?.(next.url);
      hop = next;
    } catch (error) {
      throw describe(error);
    }
  }
}

function dispatch(
  dispatcher: Dispatcher,
  { url, method, headers, body }: Hop,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<Dispatcher.ResponseData> {
  const hasEncoding = headers.some(([name]) => name === 'accept-encoding');
  const flat = [...headers.flat(), ...(hasEncoding ? [] : ['accept-encoding', ACCEPTED_ENCODINGS])];
  return dispatcher.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: flat,
    body: body ?? null,
    signal,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
}
