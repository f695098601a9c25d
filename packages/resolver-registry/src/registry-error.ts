import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';

const CODES: Readonly<Record<string, string>> = {
  PLUGIN_NOT_FOUND: 'SOURCE_NOT_FOUND',
  VERSION_NOT_FOUND: 'SOURCE_NOT_FOUND',
  BLOB_NOT_FOUND: 'SOURCE_NOT_FOUND',
  ARTIFACT_TOO_LARGE: 'FETCH_TOO_LARGE',
  TREE_TOO_LARGE: 'FETCH_TOO_LARGE',
};
const KEPT: readonly string[] = [
  ...['SOURCE_NOT_FOUND', 'SOURCE_UNAUTHORIZED', 'FETCH_FAILED', 'FETCH_TIMEOUT', 'FETCH_TOO_LARGE'],
  ...['INTEGRITY_MISMATCH', 'ARCHIVE_INVALID', 'TREE_UNSAFE', 'TARGET_NOT_EMPTY'],
];

/** What a registry or an unpacking met, in the codes of a fetch; an abort is the reason of its signal. */
export function registryError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (!isMarketplaceError(error)) return failed(error);
  if (KEPT.includes(error.code)) return error;
  const code = CODES[error.code];
  if (code === undefined) return failed(error);
  return new MarketplaceError(error.message, { code, hint: error.hint, cause: error });
}

function failed(cause: unknown): MarketplaceError {
  return new MarketplaceError('The registry could not be read', {
    code: 'FETCH_FAILED',
    hint: 'The cause of this error has what it said.',
    cause,
  });
}
