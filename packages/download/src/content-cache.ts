/**
 * The port to a store of bytes that were fetched once. A key that is a `Digest` (`sha256:…`, `sha512:…`) is proven by the
 * bytes themselves; any other, such as `git:<commit>`, says what it says because the same user put it.
 */
export interface ContentCache {
  /**
   * The bytes of a key, verified; undefined when they are not there or damaged.
   *
   * @throws MarketplaceError `FETCH_TOO_LARGE` for more than `maxBytes`; file system errors pass through
   */
  find(key: string, options?: { readonly maxBytes?: number }): Promise<Uint8Array | undefined>;
  /**
   * Keeps bytes under one or more keys; readers see all of them or none.
   *
   * @throws MarketplaceError `INTEGRITY_MISMATCH` for a key that is the digest of other bytes; file system errors pass through
   */
  put(keys: readonly string[], bytes: Uint8Array): Promise<void>;
}
