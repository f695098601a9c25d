import { MarketplaceError } from '@agentmesh/errors';

/** The one error for what is not there. */
export function notFound(message: string, cause?: unknown): MarketplaceError {
  return new MarketplaceError(message, {
    code: 'SOURCE_NOT_FOUND',
    hint: 'Check the name, and which folder the local scheme looks into.',
    cause,
  });
}
