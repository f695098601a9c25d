import { nameKey } from '@agentmesh/manifest';
import { dependencyKeys } from './dependency-keys.js';
import { entryTime, parseSince } from './entry-time.js';
import { foldText } from './fold-text.js';
import { latestVersion } from './latest-version.js';
import type { RegistryEntry } from './registry-entry.js';
import type { Page, SearchField, SearchQuery } from './registry-store.js';
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
  const text = foldText(query.text ?? '');
  const since = query.updatedSince === undefined ? undefined : parseSince(query.updatedSince);
  const needed = query.dependsOn === undefined ? undefined : nameKey(query.dependsOn);
  const hits: Hit[] = [];
  let place = 0;
  for (const group of groups) {
    const seen = group.filter((row) => isSeen(row, query));
    for (const row of query.latestOnly === false ? seen : latestAlone(seen)) {
      place += 1;
      const isNew = since === undefined || entryTime(row.entry) >= since;
      const isNeeding = needed === undefined || dependencyKeys(row.entry.manifest).includes(needed);
      const rank = isNew && isNeeding && isOfType(row, query) ? rankOf(row, text, query.in) : undefined;
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

function isOfType(row: Row, { type }: SearchQuery): boolean {
  return type === undefined || row.type === type;
}

function latestAlone(rows: readonly Row[]): readonly Row[] {
  const latest = latestVersion(rows);
  return latest === undefined ? [] : [latest];
}

function rankOf(row: Row, text: string, fields: readonly SearchField[] = []): number | undefined {
  if (text === '') return NO_TEXT;
  const name = foldText(row.name);
  if (name === text) return 0;
  if (name.startsWith(text)) return 1;
  if (name.includes(text)) return 2;
  if (foldText(row.description).includes(text)) return 3;
  const isThere = fields.some((field) => row.entry.manifest[field]?.some((word) => foldText(word).includes(text)));
  return isThere ? 4 : undefined;
}
