import { MarketplaceError, printable } from '@agentmesh/errors';

const MAX_PATH_SHOWN = 300;

/** Why an entry cannot be part of a tree. */
export interface Refusal {
  readonly code: 'TREE_UNSAFE' | 'TREE_TOO_LARGE';
  readonly reason: string;
}

/** The error for a refused entry: names the path and the reason. */
export function refused(path: string, refusal: Refusal): MarketplaceError {
  return new MarketplaceError(`Refused ${printable(path, MAX_PATH_SHOWN)}: ${refusal.reason}`, {
    code: refusal.code,
    hint:
      refusal.code === 'TREE_TOO_LARGE'
        ? 'Make the plugin smaller, or raise the limit if you trust where it comes from.'
        : 'Remove or rename it; a plugin holds plain files under portable names only.',
  });
}

/** {@link refused} with `TREE_UNSAFE`. */
export function unsafe(path: string, reason: string): MarketplaceError {
  return refused(path, { code: 'TREE_UNSAFE', reason });
}

/** {@link refused} with `TREE_TOO_LARGE`. */
export function tooLarge(path: string, reason: string): MarketplaceError {
  return refused(path, { code: 'TREE_TOO_LARGE', reason });
}
