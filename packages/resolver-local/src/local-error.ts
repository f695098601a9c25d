import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';
import { notFound } from './not-found.js';

/** Turns what a copy met into the codes of a fetch; an abort stays the reason of its signal. */
export function localError(error: unknown, where: { readonly folder: string; readonly signal: AbortSignal }): unknown {
  if (where.signal.aborted) return where.signal.reason;
  if (!isMarketplaceError(error)) {
    return new MarketplaceError(`The local folder "${where.folder}" could not be copied`, {
      code: 'FETCH_FAILED',
      hint: 'Make sure that it can be read and the disk has room; the cause of this error has what the system said.',
      cause: error,
    });
  }
  if (error.code === 'TREE_NOT_FOUND') return notFound(`The folder "${where.folder}" is gone`, error);
  if (error.code !== 'TREE_TOO_LARGE') return error;
  return new MarketplaceError(error.message, { code: 'FETCH_TOO_LARGE', hint: error.hint, cause: error });
}
