import { MarketplaceError } from '@agentmesh/errors';

/** `DATABASE_UNAVAILABLE`: the database does not answer now; the same call may work later. */
export function databaseUnavailable(what: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(`The database cannot be used now: ${what}`, {
    code: 'DATABASE_UNAVAILABLE',
    hint: 'Try again. If it lasts, look whether the database runs, can be reached and has space left.',
    cause,
  });
}
