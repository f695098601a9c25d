import { MarketplaceError } from '@agentmesh/errors';

/** `ROW_EXISTS`: something with the same key is kept already. */
export function rowExists(cause: unknown): MarketplaceError {
  return new MarketplaceError('A row with the same key is there already', {
    code: 'ROW_EXISTS',
    hint: 'Nothing was changed. Use another id.',
    cause,
  });
}
