import { printable } from '@agentmesh/errors';
import type { GuardedRequest } from './guarded-request.js';
import { httpError } from './http-error.js';

const METHOD = /^[A-Z]{1,20}$/;
const FORBIDDEN_METHODS: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/;
/** RFC 9110, 5.5: visible characters, spaces and tabs; what lies beyond ASCII is left out. */
const VALUE = /^[\t\x20-\x7e]*$/;
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  ...['connection', 'content-length', 'expect', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
]);
const MAX_HEADER_BYTES = 16_384;

/** A request whose parts are what they should be. */
export interface CheckedRequest {
  readonly url: URL;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: readonly (readonly [string, string])[];
}

/** True for a header that belongs to the connection, and is nobody's to set. */
export function isConnectionHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return CONNECTION_HEADERS.has(lower) || lower.startsWith('proxy-') || lower.startsWith('sec-');
}

/**
 * Checks what a request is made of, before anything is sent.
 *
 * @throws MarketplaceError `HTTP_REQUEST_REFUSED`
 */
export function checkRequest(request: GuardedRequest): CheckedRequest {
  const method = (request.method ?? 'GET').toUpperCase();
  if (!METHOD.test(method) || FORBIDDEN_METHODS.has(method)) throw refused(`the method ${printable(method, 20)}`);
  const { headers = [] } = request;
  const pairs = isPairs(headers) ? headers : Object.entries(headers);
  return { url: checkUrl(request.url), method, headers: checkHeaders(pairs) };
}

/**
 * The URL of a request or a redirect.
 *
 * @throws MarketplaceError `HTTP_REQUEST_REFUSED`
 */
export function checkUrl(text: string | URL, base?: URL): URL {
  if (!URL.canParse(String(text), base?.href)) throw refused('what is no URL');
  const url = new URL(text, base);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(`a URL of ${printable(url.protocol)}`);
  if (url.username !== '' || url.password !== '') throw refused('a URL with a user name or password');
  url.hash = '';
  return url;
}

function checkHeaders(pairs: readonly (readonly [string, string])[]): [string, string][] {
  let bytes = 0;
  return pairs.map(([name, value]) => {
    bytes += name.length + value.length;
    if (!TOKEN.test(name) || isConnectionHeader(name)) throw refused(`the header ${printable(name, 100)}`);
    if (!VALUE.test(value)) throw refused(`the value of the header ${printable(name, 100)}`);
    if (bytes > MAX_HEADER_BYTES) throw refused(`more than ${MAX_HEADER_BYTES} bytes of headers`);
    return [name.toLowerCase(), value];
  });
}

function isPairs(headers: NonNullable<GuardedRequest['headers']>): headers is readonly (readonly [string, string])[] {
  return Array.isArray(headers);
}

function refused(what: string): Error {
  return httpError('HTTP_REQUEST_REFUSED', `A request cannot be made with ${what}`);
}
