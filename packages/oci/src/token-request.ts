import { authorizationOf, type Credential, type Downloader, parseJson } from '@agentmesh/download';
import { MarketplaceError } from '@agentmesh/errors';
import type { AuthChallenge } from './auth-challenge.js';
import { registryError } from './registry-error.js';

/** What is asked of a token server. */
export interface TokenRequest {
  readonly challenge: AuthChallenge;
  /** The registry that sent the challenge. */
  readonly registry: URL;
  /** What the token is to allow, by our own words: `repository:acme/demo:pull`. */
  readonly scope: string;
  readonly access: 'pull' | 'push';
  /** The registry's. */
  readonly credential: Credential | undefined;
  /** Hosts beside the registry that may see its credential. */
  readonly tokenHosts: readonly string[];
  readonly signal: AbortSignal;
  readonly timeoutMs: number | undefined;
}

/** A token, and whether a credential was shown for it. */
export interface GrantedToken {
  readonly token: string;
  readonly authorized: boolean;
}

const MAX_BYTES = 256 * 1024;
const MAX_VALUES = 1_000;
const TOKEN = /^[\x21-\x7e]{1,12000}$/;

/**
 * Gets a token by a registry's challenge (the distribution project's token authentication). The realm is the registry's
 * word alone: it must be https, or the very origin of the registry where that is plain loopback.
 *
 * @throws MarketplaceError `SOURCE_NOT_FOUND`, `SOURCE_UNAUTHORIZED`, `FETCH_FAILED`, `FETCH_TIMEOUT`, `FETCH_TOO_LARGE`
 */
export async function requestToken(downloader: Downloader, request: TokenRequest): Promise<GrantedToken> {
  const { challenge, registry, scope, signal, timeoutMs } = request;
  const url = readRealm(challenge.parameters.realm, registry);
  const { service } = challenge.parameters;
  if (service !== undefined) url.searchParams.set('service', service);
  // Not the scope of the challenge: a registry could ask for more than what is being done.
  url.searchParams.set('scope', scope);
  const credential = mayShow(request, url) ? request.credential : undefined;
  const response = await downloader.request({
    ...{ url, signal, timeoutMs, maxRedirects: 0, maxBytes: MAX_BYTES, headers: { accept: 'application/json' } },
    authorization: credential === undefined ? false : authorizationOf(credential),
  });
  const authorized = credential !== undefined;
  if (response.status !== 200) {
    await response.discard();
    throw registryError({ status: response.status, registry: url.host, authorized, access: request.access });
  }
  return { token: readToken(await response.bytes()), authorized };
}

/**
 * Clients of Docker send a registry's credential to any realm that the registry names. Here it goes to the registry's own
 * host and port, or to a host that was listed for that registry beforehand; any other realm is asked without one, and with
 * none of its own either, since a registry could have tokens made for itself that way. The download step sends no
 * credential without TLS, to loopback neither.
 */
function mayShow({ registry, tokenHosts }: TokenRequest, realm: URL): boolean {
  return realm.origin === registry.origin || tokenHosts.includes(realm.host);
}

function readRealm(realm: string | undefined, registry: URL): URL {
  const url = URL.parse(realm ?? '');
  const isAllowed = url !== null && (url.protocol === 'https:' || url.origin === registry.origin);
  if (isAllowed && url.username === '' && url.password === '') return url;
  throw new MarketplaceError(`${registry.host} names no token server that can be trusted with a log-in`, {
    code: 'FETCH_FAILED',
    hint: 'Its challenge must name an https URL as realm. Tell whoever runs the registry.',
  });
}

function readToken(bytes: Uint8Array): string {
  const { token, access_token: other }: { token?: unknown; access_token?: unknown } = Object(
    parseJson(bytes, { maxValues: MAX_VALUES }),
  );
  const found = token ?? other;
  if (typeof found === 'string' && TOKEN.test(found)) return found;
  throw new MarketplaceError('The token server of the registry answered with no token', {
    code: 'FETCH_FAILED',
    hint: 'Try again later, or tell whoever runs the registry.',
  });
}
