import { MarketplaceError } from '@agentmesh/errors';

/** What does not exist at ClawHub, in our words. */
export function notFound(message: string): MarketplaceError {
  return new MarketplaceError(message, {
    code: 'SOURCE_NOT_FOUND',
    hint: 'Look for it at ClawHub; what is private needs a token for its host.',
  });
}

/** An answer that is not what the published API says. */
export function unexpected(problem: string): MarketplaceError {
  return new MarketplaceError(`ClawHub's API answered with ${problem}`, {
    code: 'FETCH_FAILED',
    hint: 'Check that the base URL is that of a ClawHub server (HTTP API v1).',
  });
}

/** A version of more files than may be fetched. */
export function tooMany(maxFiles: number): MarketplaceError {
  return new MarketplaceError(`The version has more than ${maxFiles} files`, {
    code: 'FETCH_TOO_LARGE',
    hint: 'Allow more with the limit maxFiles.',
  });
}
