import { setTimeout } from 'node:timers/promises';
import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';
import type { GuardedClient, GuardedResponse } from '@agentmesh/http';
import type { AnswerFetch } from '../pool/guest-call.js';
import type { FetchedMessage, FetchMessage } from '../protocol/messages.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import { isAllowed } from './allow-list.js';

const METHODS: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);
/** Servers differ on a body with these: what one takes for the next request would be answered to the next call. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const MAX_REDIRECTS = 5;
const REFUSAL_MS = 50;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Headers of an answer that are about its bytes on the way, which the plugin does not see. */
const TRANSPORT: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
]);

/** What a plugin is told of a failure: nothing of what stands behind the host's name. */
const MESSAGES: Readonly<Record<string, string>> = {
  ADDRESS_REFUSED: 'the address is not one of the internet',
  FETCH_LIMIT: 'too many requests',
  FETCH_REFUSED: 'the host is not among the permissions of the plugin',
  FETCH_TOO_LARGE: 'the body of the request is too large',
  HTTP_ENCODING: 'the answer is in an unknown encoding',
  HTTP_REDIRECT_REFUSED: 'too many redirects',
  HTTP_REQUEST_REFUSED: 'the URL, the method, a header, or a body with GET or HEAD is not allowed',
  HTTP_TIMEOUT: 'no answer in time',
  HTTP_TLS: 'the certificate of the server is not valid',
  HTTP_TOO_LARGE: 'the answer is too large',
};

/** What requests are made with. */
export interface BrokerHttp {
  readonly client: GuardedClient;
  readonly isConnectionHeader: (name: string) => boolean;
}

/** What a {@link createBroker} works with. */
export interface BrokerOptions {
  /** The hosts granted: `host:port`. */
  readonly net: readonly string[];
  readonly limits: SandboxLimits;
  readonly http: BrokerHttp;
  /** Milliseconds after which requests are counted anew; left out, all of them count together. */
  readonly periodMs?: number;
}

/**
 * Carries out the requests of one call, or of one long-lived process: only to hosts that were granted, a redirect included, so many and so large as the
 * limits allow, without headers of the connection. What goes wrong is told as a code and a text of ours.
 */
export function createBroker(options: BrokerOptions): AnswerFetch {
  const { periodMs = Number.POSITIVE_INFINITY } = options;
  let count = 0;
  let since = performance.now();
  return async (request, signal) => {
    if (performance.now() - since >= periodMs) {
      count = 0;
      since = performance.now();
    }
    count += 1;
    try {
      if (count > options.limits.fetches) {
        // Slowly: whoever goes on asking must not keep the host busy.
        await setTimeout(REFUSAL_MS, undefined, { signal });
        throw failure('FETCH_LIMIT');
      }
      return await carryOut(request, signal, options);
    } catch (error) {
      return describe(error);
    }
  };
}

async function carryOut(request: FetchMessage, signal: AbortSignal, options: BrokerOptions): Promise<FetchedMessage> {
  const { net, limits } = options;
  const check = (url: URL): void => {
    if (!isAllowed(url, net)) throw failure('FETCH_REFUSED');
  };
  const url = URL.parse(request.url);
  const method = request.method.toUpperCase();
  const hasBody = request.body !== undefined;
  if (url === null || !METHODS.has(method) || (hasBody && WITHOUT_BODY.has(method)))
    throw failure('HTTP_REQUEST_REFUSED');
  check(url);
  const { client, isConnectionHeader } = options.http;
  const response = await client.request({
    url,
    method,
    headers: request.headers.filter(([name]) => !isConnectionHeader(name) && name.toLowerCase() !== 'accept-encoding'),
    body: decodeBody(request.body, limits.fetchRequestBytes),
    signal,
    timeoutMs: limits.wallMs,
    maxBytes: limits.fetchResponseBytes,
    redirects: { max: MAX_REDIRECTS, check },
  });
  return encode(response);
}

function decodeBody(body: string | undefined, maxBytes: number): Uint8Array | undefined {
  if (body === undefined) return undefined;
  if (!BASE64.test(body)) throw failure('HTTP_REQUEST_REFUSED');
  const bytes = Buffer.from(body, 'base64');
  if (bytes.length > maxBytes) throw failure('FETCH_TOO_LARGE');
  return bytes;
}

async function encode(response: GuardedResponse): Promise<FetchedMessage> {
  const bytes = await response.bytes();
  return {
    status: response.status,
    headers: response.headers.filter(([name]) => !TRANSPORT.has(name)),
    body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
  };
}

function failure(code: keyof typeof MESSAGES): MarketplaceError {
  return new MarketplaceError(MESSAGES[code] ?? code, { code });
}

function describe(error: unknown): FetchedMessage {
  const isKnown = isMarketplaceError(error) && Object.hasOwn(MESSAGES, error.code);
  const code = isKnown ? error.code : 'HTTP_FAILED';
  return { error: { code, message: MESSAGES[code] ?? 'the request failed' } };
}
