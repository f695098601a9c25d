import { MarketplaceError } from '@agentmesh/errors';

/** The error for a pack that cannot be read, which git found sound. */
export function brokenPack(): MarketplaceError {
  return new MarketplaceError('What git fetched cannot be read', {
    code: 'FETCH_FAILED',
    hint: 'Try again; if it stays, check disk and memory of this machine.',
  });
}
