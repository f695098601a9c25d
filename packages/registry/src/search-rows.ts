import { latestVersion } from './latest-version.js';
import type { RegistryEntry } from './registry-entry.js';
import type { Page, SearchQuery } from './registry-store.js';
import type { Row } from './row.js';
import { compareKeys, formatCursor, parseCursor, type SearchKey } from './search-cursor.js';

interface Hit extends SearchKey {
  readonly row: Row;
}

const NO_TEXT = 0;

/**
 * Answers a search from rows in memory, by the rules of {@link RegistryStore.search}.
 *
 * @param groups every name's rows, in insertion order
 * @throws MarketplaceError `CURSOR_INVALID`
 */
export function searchRows(groups: Iterable<readonly Row[]>, query: SearchQuery): Page<RegistryEntry> {
  const after = query.cursor === undefined ? undefined : parseCursor(query.cursor);
  const hits = findHits(groups, query).filter((hit) => after === undefined || compareKeys(hit, after) > 0);
  if (query.text) hits.sort(compareKeys);
  const page = hits.slice(0, Math.max(1, query.limit ?? Number.POSITIVE_INFINITY));
  const items = page.map((hit) => hit.row.entry);
  const last = page.at(-1);
  return last === undefined || page.length === hits.length ? { items } : { items, cursor: formatCursor(last) };
}

function findHits(groups: Iterable<readonly Row[]>, query: SearchQuery): Hit[] {
  const text = (query.text ?? '').toLowerCase();
  const hits: Hit[] = [];
  let place = 0;
  for (const group of groups) {
    const seen = group.filter((row) => isSeen(row, query));
    for (const row of query.latestOnly === false ? seen : latestAlone(seen)) {
      place += 1;
      const rank = query.type === undefined || row.type === query.type ? rankOf(row, text) : undefined;
      // Without a text the order is that of insertion alone.
      if (rank !== undefined) hits.push({ row, rank, publishedAt: text === '' ? '' : row.publishedAt, place });
    }
  }
  return hits;
}

function isSeen(row: Row, { organization }: SearchQuery): boolean {
  if (row.state === 'yanked') return false;
  return organization === undefined || row.organization === null || row.organization === organization;
}

function latestAlone(rows: readonly Row[]): readonly Row[] {
  const latest = latestVersion(rows);
  return latest === undefined ? [] : [latest];
}

function rankOf(row: Row, text: string): number | undefined {
  if (text === '') return NO_TEXT;
  const name = row.name.toLowerCase();
  if (name === text) return 0;
  if (name.startsWith(text)) return 1;
  if (name.includes(text)) return 2;
  return row.description.toLowerCase().includes(text) ? 3 : undefined;
}
