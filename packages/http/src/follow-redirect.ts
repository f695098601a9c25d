import type { Dispatcher } from 'undici';
import { type CheckedRequest, checkUrl } from './check-request.js';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'cookie2']);
const BODY_HEADERS: ReadonlySet<string> = new Set(['content-encoding', 'content-language', 'content-type']);

/** A request under way, and what it sends. */
export interface Hop extends CheckedRequest {
  readonly body: string | Uint8Array | undefined;
}

/**
 * The request that an answer redirects to, or undefined for an answer that does not. By RFC 9110 (15.4) and the Fetch
 * standard: 303, and 301 and 302 after POST, go on as GET without a body. Credentials stay with the origin they were for.
 *
 * @throws MarketplaceError `HTTP_REQUEST_REFUSED` for a target that could not have been requested
 */
export function followRedirect(hop: Hop, { statusCode, headers }: Dispatcher.ResponseData): Hop | undefined {
  const location = [headers.location ?? []].flat()[0];
  if (location === undefined || !REDIRECTS.has(statusCode)) return undefined;
  const url = checkUrl(location, hop.url);
  const becomesGet =
    (statusCode === 303 && hop.method !== 'HEAD') ||
    ((statusCode === 301 || statusCode === 302) && hop.method === 'POST');
  return {
    url,
    method: becomesGet ? 'GET' : hop.method,
    body: becomesGet ? undefined : hop.body,
    headers: hop.headers.filter(([name]) => {
      if (CREDENTIALS.has(name)) return url.origin === hop.url.origin;
      return !becomesGet || !BODY_HEADERS.has(name);
    }),
  };
}
