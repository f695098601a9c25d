import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';

const HINTS: Readonly<Record<string, string>> = {
  ADDRESS_REFUSED: 'Use https; http is for loopback addresses that are listed (allowPrivateHosts).',
  HTTP_ABORTED: 'The caller ended the request.',
  HTTP_FAILED: 'Check the address, the network and the proxy, and try again.',
  HTTP_REDIRECT_REFUSED: 'Ask for the address it leads to, if that is one to be trusted.',
  HTTP_REQUEST_REFUSED:
    "Give an https URL without user name and password, and headers that are not the connection's own.",
  HTTP_TIMEOUT: 'Try again, or allow more time.',
  HTTP_TLS: 'Check the certificate of the server; a private authority has to be given as `ca`.',
};

const TLS = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)/;
const TIMEOUTS: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
]);

/** An error of this package: a code and the host, never what a server said and nothing of path, query or headers. */
export function httpError(code: string, message: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(message, { code, hint: HINTS[code], cause });
}

/**
 * Why a request failed: `HTTP_ABORTED`, `HTTP_TIMEOUT`, `HTTP_TLS`, `HTTP_FAILED`, or the error itself where it is one of
 * ours. Of a foreign error its code alone is told.
 *
 * @param url where the request went
 * @param signals `timeout` is aborted when the time was up, `caller` by the caller
 */
export function requestError(
  error: unknown,
  url: URL,
  signals: { timeout: AbortSignal; caller?: AbortSignal | undefined },
): MarketplaceError {
  const host = printable(url.host);
  if (isMarketplaceError(error)) return error;
  if (signals.caller?.aborted === true) return httpError('HTTP_ABORTED', `The request to ${host} was aborted`);
  const code = codeOf(error);
  if (signals.timeout.aborted || TIMEOUTS.has(code)) return httpError('HTTP_TIMEOUT', `${host} did not answer in time`);
  if (TLS.test(code)) return httpError('HTTP_TLS', `No safe connection to ${host} (${code})`);
  return httpError('HTTP_FAILED', `The request to ${host} failed (${code})`);
}

/** A code is upper case with digits and underscores; anything else could be a server's text. */
function codeOf(error: unknown): string {
  for (let current = error, depth = 0; current instanceof Error && depth < 4; current = current.cause, depth += 1) {
    if (isMarketplaceError(current)) return current.code;
    if ('code' in current && typeof current.code === 'string' && /^[A-Z0-9_]{2,60}$/.test(current.code)) {
      return current.code;
    }
  }
  return 'unknown';
}
