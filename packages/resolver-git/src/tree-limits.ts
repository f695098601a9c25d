import type { TreeLimits } from '@agentmesh/artifact';
import type { FetchLimits } from '@agentmesh/resolver';

/** The limits of the fetch and of the resolver together: of each the smaller one counts. */
export function treeLimits(
  fetch: FetchLimits,
  own: Partial<TreeLimits> = {},
): Partial<TreeLimits> & Pick<TreeLimits, 'maxBytes' | 'maxFiles'> {
  return {
    ...own,
    maxBytes: Math.min(fetch.maxBytes, own.maxBytes ?? fetch.maxBytes),
    maxFiles: Math.min(fetch.maxFiles, own.maxFiles ?? fetch.maxFiles),
  };
}
