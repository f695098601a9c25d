import { MarketplaceError, printable } from '@agentmesh/errors';

/** `BLOB_NOT_FOUND`: an archive that no blob store knows. */
export function blobMissing(what: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`The files of ${printable(what)} are not in the registry's store`, {
    code: 'BLOB_NOT_FOUND',
    hint: 'A version that was registered without files has none; else restore the folder of artifacts, or publish again.',
    cause,
  });
}
