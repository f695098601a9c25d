/** What a workspace shows to a host, sealed by whoever keeps the key: the database never sees it open. */
export interface CredentialRow {
  readonly workspace: string;
  readonly host: string;
  readonly scheme: string;
  readonly username?: string;
  /** Encrypted text. */
  readonly sealed: string;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  readonly lastUsedAt?: string;
}

/** A credential as it may be shown. */
export type ListedCredential = Omit<CredentialRow, 'sealed'>;

/** Source credentials by workspace, host and scheme. */
export interface CredentialRows {
  /** Adds the credential, or replaces the one of the same workspace, host and scheme. */
  put(row: CredentialRow): Promise<void>;
  find(workspace: string, host: string, scheme: string): Promise<CredentialRow | undefined>;
  /** By host and scheme, without what is sealed. */
  list(workspace: string): Promise<readonly ListedCredential[]>;
  /** @returns whether it was there */
  remove(workspace: string, host: string, scheme: string): Promise<boolean>;
  /** Notes that the credential was used. */
  touch(use: CredentialUse): Promise<void>;
}

/** Which credential was used, and when. */
export interface CredentialUse {
  readonly workspace: string;
  readonly host: string;
  readonly scheme: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
}
