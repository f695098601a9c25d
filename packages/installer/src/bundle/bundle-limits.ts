/** What a bundle may hold at most; every value can be set by the caller. Each plugin of it is held to the limits of a tree besides. */
export interface BundleLimits {
  /** Bytes of the file itself, which is held in memory. */
  readonly maxArchiveBytes: number;
  /** Bytes of all that is in it, unpacked. */
  readonly maxBytes: number;
  /** Different files of all plugins together. */
  readonly maxFiles: number;
}

/** 512 MiB packed, 2 GiB unpacked, 200,000 files. */
export const DEFAULT_BUNDLE_LIMITS: Readonly<BundleLimits> = Object.freeze({
  maxArchiveBytes: 536_870_912,
  maxBytes: 2_147_483_648,
  maxFiles: 200_000,
});
