/** The proxy to go through, and for what not. */
export interface ProxySettings {
  /** `http:` or `https:`, with a user name and password where the proxy wants them. */
  readonly url: string;
  /** Hosts that are reached without it: `example.com` and what is below it, `host:port`, an address, `*` for all. */
  readonly except?: readonly string[];
}
