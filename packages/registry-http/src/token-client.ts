import { ApiClient } from './api-client.js';
import type { HttpRegistryOptions } from './http-registry-options.js';
import { type KnownToken, type NewToken, parseNewToken, parseTokens } from './token-json.js';

/** What a token is to be. */
export interface TokenWish {
  readonly label: string;
  /** `read`, `publish`, `install:<workspace>`, `install:*`, `admin`. */
  readonly scopes: readonly string[];
  readonly expiresAt?: Date | undefined;
}

/**
 * The tokens of a server, for its admins.
 *
 * All methods throw TOKEN_REQUIRED, TOKEN_INVALID, SCOPE_MISSING, REQUEST_INVALID, FETCH_FAILED, FETCH_TIMEOUT, OFFLINE.
 */
export interface TokenClient {
  create(wish: TokenWish): Promise<NewToken>;
  /** Those in force and those that were, without their secrets. */
  list(): Promise<readonly KnownToken[]>;
  /** Ends a token, at once and for ever; throws TOKEN_NOT_FOUND besides. */
  revoke(id: string): Promise<void>;
  close(): Promise<void>;
}

const PATH = 'v1/tokens';
const TYPE = 'application/json';

/** @throws MarketplaceError `REGISTRY_URL_INVALID`, `PROXY_INVALID` */
export function openTokenClient(options: HttpRegistryOptions): TokenClient {
  const client = new ApiClient(options);
  return {
    create: async ({ label, scopes, expiresAt }) => {
      const body = Buffer.from(JSON.stringify({ label, scopes, expires_at: expiresAt?.toISOString() }));
      return parseNewToken(await client.send({ method: 'POST', path: PATH, type: TYPE, body }));
    },
    list: async () => parseTokens(await client.read(PATH)),
    revoke: async (id) => {
      const path = `${PATH}/${encodeURIComponent(id)}`;
      await client.send({ method: 'DELETE', path, type: TYPE, body: new Uint8Array() });
    },
    close: () => client.close(),
  };
}
