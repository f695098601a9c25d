import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';

/** The error for bytes that are no archive we read. */
export function archiveInvalid(reason: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`Expected a sound .tgz, .tar or .zip archive: ${reason}`, {
    code: 'ARCHIVE_INVALID',
    hint: 'Fetch the archive again, or make it anew with plain tar or zip.',
    cause,
  });
}

/** Passes on what a reading library yields; its failures become `ARCHIVE_INVALID`, an abort the signal's reason. */
export async function* decoded<T>(items: AsyncIterable<T>, signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
  try {
    for await (const item of items) {
      signal?.throwIfAborted();
      yield item;
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (isMarketplaceError(error)) throw error;
    throw archiveInvalid(printable(error instanceof Error ? error.message : String(error)), error);
  }
}
