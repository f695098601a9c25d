/** Rules for redirects. */
export interface RedirectRules {
  /** Most of them; left out or 0, a redirect is an answer like any other. */
  readonly max: number;
  /** Called with each new URL before it is requested; throws to refuse it. */
  check?(url: URL): void | Promise<void>;
}

/** One request. */
export interface GuardedRequest {
  /** `https:`, or `http:` for loopback that is listed; without user name and password. */
  readonly url: string | URL;
  readonly method?: string | undefined;
  /** Without those that belong to the connection: Host, Content-Length, Connection, Proxy-… */
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[] | undefined;
  readonly body?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For all of it, the body included, in milliseconds (default 60,000). */
  readonly timeoutMs?: number | undefined;
  /** Largest body, both as it comes and decompressed, in bytes (default 100 MiB). */
  readonly maxBytes?: number | undefined;
  readonly redirects?: RedirectRules | undefined;
  /** False gives the body as it comes, whatever its Content-Encoding says: for files whose digest is known (default true). */
  readonly decode?: boolean | undefined;
}

/** An answer whose body has not been read. */
export interface GuardedResponse {
  readonly status: number;
  /** Where it came from, after redirects. */
  readonly url: URL;
  /** Names in lower case, in the order of the server. */
  readonly headers: readonly (readonly [string, string])[];
  /** The first header of a name. */
  header(name: string): string | undefined;
  /**
   * The body, decompressed, as it comes; can be read once.
   *
   * @throws MarketplaceError while it is read: `HTTP_TOO_LARGE`, `HTTP_TIMEOUT`, `HTTP_ABORTED`, `HTTP_FAILED`
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body; throws as `body` does. */
  bytes(): Promise<Uint8Array>;
  /** Gives the connection back where the body is not wanted. */
  discard(): Promise<void>;
}
