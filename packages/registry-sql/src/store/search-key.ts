import { formatCursor, parseCursor } from './page-cursor.js';

/** Where an entry stands in the answer to a search. */
export interface SearchKey {
  readonly rank: number;
  /** Time of publication; empty when the search has no text. */
  readonly newest: string;
  readonly plugin_id: number;
  readonly place: number;
}

/** The cursor after an entry. */
export function searchCursor({ rank, newest, plugin_id: plugin, place }: SearchKey): string {
  return formatCursor([rank, newest, plugin, place]);
}

/**
 * Reads what {@link searchCursor} wrote.
 *
 * @throws MarketplaceError `CURSOR_INVALID`
 */
export function parseSearchCursor(cursor: string): SearchKey {
  const [rank, newest, plugin, place] = parseCursor(cursor, ['number', 'text', 'number', 'number']);
  return { rank: Number(rank), newest: String(newest), plugin_id: Number(plugin), place: Number(place) };
}
