import { MarketplaceError } from '@agentmesh/errors';
import type { JsonValue } from '../json-value.js';

/**
 * Reads JSON that this package wrote.
 *
 * @throws MarketplaceError `REGISTRY_CORRUPT`
 */
export function readJson(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MarketplaceError('The database has a text that is no JSON', {
      code: 'REGISTRY_CORRUPT',
      hint: 'Nothing was changed. Restore a copy of the database.',
      cause,
    });
  }
}
