import { MarketplaceError } from '@agentmesh/errors';

/**
 * The one error for a reference that may move, where `FetchContext.pinned` asks for one that cannot. Thrown before any
 * network use.
 *
 * @param expected what would have been pinned: `a full commit id after "#"`
 */
export function sourceUnpinned(scheme: string, expected: string): MarketplaceError {
  return new MarketplaceError(`Expected a pinned "${scheme}" source (${expected}), got one that may move`, {
    code: 'SOURCE_UNPINNED',
    hint: 'The policy asks for pinned sources: write the exact reference, as the lock file of an earlier install has it.',
  });
}
