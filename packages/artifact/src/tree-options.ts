import type { TreeLimits } from './tree-limits.js';

/** `packing` leaves out what is never shipped; `installed` is exactly what is there. */
export type TreeView = 'packing' | 'installed';

/** How a folder is read. */
export interface TreeOptions {
  /** Those not given are {@link DEFAULT_TREE_LIMITS}. */
  readonly limits?: Partial<TreeLimits>;
  /** Default `installed`; {@link packTree} takes `packing`. */
  readonly view?: TreeView;
  /** Stops the work; its reason is thrown. */
  readonly signal?: AbortSignal;
}
