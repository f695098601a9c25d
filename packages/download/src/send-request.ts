import type { GuardedResponse } from '@agentmesh/http';
import { authorizationOf } from './authorization-of.js';
import type { DownloadEngine } from './download-engine.js';
import type { ExchangeRequest } from './download-request.js';
import { findCredential } from './find-credential.js';

const MAX_REDIRECTS = 5;

/** One request as it is sent, without retries. */
export interface OutgoingRequest extends Omit<ExchangeRequest, 'signal'> {
  /** Both the caller's and the deadline's. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** False takes the body as it comes. */
  readonly decode?: boolean;
}

/** An answer, and whether who gave it was sent a credential. */
export interface Answer {
  readonly response: GuardedResponse;
  readonly authorized: boolean;
}

/** Adds the credential of exactly that host and sends; the client drops it on the way to another origin. */
export async function sendRequest(engine: DownloadEngine, request: OutgoingRequest): Promise<Answer> {
  const { url, method, body, signal, timeoutMs, maxBytes, decode } = request;
  const authorization = await authorizationFor(engine, request);
  const headers = { ...request.headers, ...(authorization === undefined ? {} : { authorization }) };
  const redirects = { max: request.maxRedirects ?? MAX_REDIRECTS };
  const client = await engine.client();
  const response = await client.request({ url, method, body, signal, timeoutMs, maxBytes, decode, headers, redirects });
  const authorized = authorization !== undefined && response.url.origin === new URL(url).origin;
  return { response, authorized };
}

async function authorizationFor(engine: DownloadEngine, request: OutgoingRequest): Promise<string | undefined> {
  const { authorization } = request;
  if (authorization === false || !URL.canParse(String(request.url))) return undefined;
  const url = new URL(request.url);
  // A secret of the caller's own is no better off without TLS.
  if (authorization !== undefined && url.protocol !== 'https:') return undefined;
  if (typeof authorization === 'function') return authorization();
  if (authorization !== undefined) return authorization;
  const credential = await findCredential(engine.credentials, url);
  return credential === undefined ? undefined : authorizationOf(credential);
}
