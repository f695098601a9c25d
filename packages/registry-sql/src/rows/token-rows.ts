/** A token as it is kept: its secret only as a hash. */
export interface TokenRow {
  readonly id: string;
  /** SHA-256 of the secret, in hex. */
  readonly hash: string;
  /** What the token is for, in its owner's words. */
  readonly label: string;
  /** `read`, `publish`, `install:<workspace>`, `install:*`, `admin`. */
  readonly scopes: readonly string[];
  /** ISO 8601 in UTC, as every time here. */
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
}

/** Who may do what. */
export interface TokenRows {
  /** @throws MarketplaceError `ROW_EXISTS` for an id that is there already */
  add(row: TokenRow): Promise<void>;
  find(id: string): Promise<TokenRow | undefined>;
  /** All, the oldest first, revoked ones too. */
  list(): Promise<readonly TokenRow[]>;
  /**
   * @param at ISO 8601 in UTC
   * @returns whether the token was there and not revoked before
   */
  revoke(id: string, at: string): Promise<boolean>;
  count(): Promise<number>;
}
