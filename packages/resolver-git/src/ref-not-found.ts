import { MarketplaceError } from '@agentmesh/errors';

/** The error for a repository that is there, but has no such ref, commit or folder. */
export function refNotFound(message: string): MarketplaceError {
  return new MarketplaceError(message, {
    code: 'SOURCE_NOT_FOUND',
    hint: 'Check what stands after "#" and "//": a branch, a tag or a commit id, and a folder that is there at that commit.',
  });
}
