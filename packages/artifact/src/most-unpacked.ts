import type { TreeLimits } from './tree-limits.js';

/** Small archives of plain text may shrink more than any ratio allows and do no harm. */
const ALWAYS_ALLOWED = 1_048_576;

/** Most bytes that may come out of an archive of the given size under `maxRatio`. */
export function mostUnpacked(packedBytes: number, limits: TreeLimits): number {
  return Math.max(ALWAYS_ALLOWED, packedBytes * limits.maxRatio);
}
