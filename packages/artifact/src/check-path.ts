import { findPathFault } from './find-path-fault.js';
import { DEFAULT_TREE_LIMITS, type TreeLimits } from './tree-limits.js';

/**
 * Why a relative, `/`-separated path is refused in trees and archives, as a phrase; undefined when it is fine
 * (rules: formats.md, "Tree digest"). Only `maxPathBytes` and `maxDepth` of the limits count here.
 */
export function checkPath(path: string, limits: Partial<TreeLimits> = {}): string | undefined {
  return findPathFault(path, { ...DEFAULT_TREE_LIMITS, ...limits })?.reason;
}
