import { MarketplaceError, printable } from '@agentmesh/errors';
import type { RegistryEntry } from './registry-entry.js';

/** When an entry was published or changed last, in milliseconds since 1970; before every time when that is unknown. */
export function entryTime({ updatedAt, publishedAt }: Pick<RegistryEntry, 'updatedAt' | 'publishedAt'>): number {
  const time = Date.parse(updatedAt ?? publishedAt ?? '');
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}

/**
 * Reads the `updatedSince` of a search.
 *
 * @returns milliseconds since 1970
 * @throws MarketplaceError `TIME_INVALID`
 */
export function parseSince(text: string): number {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw new MarketplaceError(`Expected a time such as 2024-05-06T07:08:09Z, got ${printable(text, 60)}`, {
    code: 'TIME_INVALID',
    hint: 'Give the time by ISO 8601 in UTC.',
  });
}
