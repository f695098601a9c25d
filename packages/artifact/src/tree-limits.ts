/** What a tree or an archive may hold at most; every value can be set by the caller. */
export interface TreeLimits {
  /** Files of a tree, and as many folders; in an archive every entry counts, folders too. */
  readonly maxFiles: number;
  /** Bytes of all files together. */
  readonly maxBytes: number;
  /** Segments of a path: `a/b/c.js` has three. */
  readonly maxDepth: number;
  /** UTF-8 bytes of a path. */
  readonly maxPathBytes: number;
  /** Archives: unpacked bytes per packed byte, counted once more than 1 MiB came out. */
  readonly maxRatio: number;
}

/** 10,000 files, 100 MiB, 32 levels, paths of 512 bytes (formats.md, "Tree digest"), and 200 bytes out of one. */
export const DEFAULT_TREE_LIMITS: Readonly<TreeLimits> = Object.freeze({
  maxFiles: 10_000,
  maxBytes: 104_857_600,
  maxDepth: 32,
  maxPathBytes: 512,
  maxRatio: 200,
});
