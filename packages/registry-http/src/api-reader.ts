import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';
import { parseSince, type SearchQuery } from '@agentmesh/registry';
import type { ApiClient } from './api-client.js';
import { parseName, parseNames, parsePage } from './entry-json.js';
import { namePath } from './registry-paths.js';
import type { RegistryReader } from './registry-reader.js';

/** Most entries that a server gives a page. */
const MOST = 100;
const CURSOR = /^[\x21-\x7e]{1,1000}$/;

/** Reads the API of an agentmesh server. */
export function createApiReader(client: ApiClient): RegistryReader {
  return {
    name: async (name) => {
      const path = namePath(name);
      if (path === undefined) return undefined;
      try {
        return parseName(await client.read(path), name);
      } catch (error) {
        if (isMarketplaceError(error) && error.code === 'PLUGIN_NOT_FOUND') return undefined;
        throw error;
      }
    },
    names: async () => parseNames(await client.read('v1/names')),
    search: async (query) => parsePage(await client.read(`v1/plugins?${searchParameters(query)}`)),
  };
}

function searchParameters(query: SearchQuery): URLSearchParams {
  const { text, type, organization, latestOnly, in: places, updatedSince, dependsOn, cursor, limit = MOST } = query;
  if (cursor !== undefined && !CURSOR.test(cursor)) throw cursorInvalid();
  const given = {
    q: text === '' ? undefined : text,
    type,
    organization,
    latest_only: latestOnly === false ? 'false' : undefined,
    in: places === undefined || places.length === 0 ? undefined : places.join(','),
    depends_on: dependsOn,
    updated_since: updatedSince === undefined ? undefined : new Date(parseSince(updatedSince)).toISOString(),
    cursor,
    limit: String(Math.min(Math.max(1, limit), MOST)),
  };
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value !== undefined) parameters.set(name, value);
  return parameters;
}

function cursorInvalid(): MarketplaceError {
  return new MarketplaceError('Expected a cursor as an earlier page of the same search gave it', {
    code: 'CURSOR_INVALID',
    hint: 'Begin the search again without a cursor.',
  });
}
