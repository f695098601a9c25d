/** A secret for one host. Make it with `createCredential`, so that it does not show when it is printed. */
export interface Credential {
  /** Present where the host wants a name and a password; absent for a bearer token. */
  readonly username?: string;
  readonly token: string;
}

/** Whom a credential would be shown to. */
export interface CredentialOrigin {
  /** Lower case; IPv6 addresses without brackets. */
  readonly host: string;
  readonly port: number;
  /** `https`; of anything else no credential is given out. */
  readonly scheme: string;
}

/**
 * The port to whoever knows secrets. An implementation answers for the exact host and port alone, and only for `https`;
 * it never writes a secret anywhere.
 */
export interface Credentials {
  /** The credential of an origin; undefined when there is none. */
  find(origin: CredentialOrigin): Promise<Credential | undefined>;
}
