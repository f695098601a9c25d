import { MarketplaceError } from '@agentmesh/errors';

/** Where an entry stands in an answer; smaller keys come first. */
export interface SearchKey {
  readonly rank: number;
  readonly publishedAt: string;
  /** Number of the entry among all in insertion order. */
  readonly place: number;
}

const LONGEST = 256;

/** Compares two keys: rank, then the newer, then the one put first. */
export function compareKeys(a: SearchKey, b: SearchKey): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.publishedAt !== b.publishedAt) return a.publishedAt > b.publishedAt ? -1 : 1;
  return a.place - b.place;
}

/** The opaque text of a key: base64url of a JSON list. */
export function formatCursor(key: SearchKey): string {
  return Buffer.from(JSON.stringify([key.rank, key.publishedAt, key.place])).toString('base64url');
}

/**
 * Reads what {@link formatCursor} wrote.
 *
 * @throws MarketplaceError `CURSOR_INVALID`
 */
export function parseCursor(cursor: string): SearchKey {
  const [rank, publishedAt, place, ...rest] = decode(cursor);
  if (isCount(rank) && typeof publishedAt === 'string' && isCount(place) && rest.length === 0) {
    return { rank, publishedAt, place };
  }
  throw cursorInvalid();
}

function decode(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor.slice(0, LONGEST), 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch (cause) {
    throw cursorInvalid(cause);
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function cursorInvalid(cause?: unknown): MarketplaceError {
  return new MarketplaceError('Expected a cursor as an earlier page of the same search gave it', {
    code: 'CURSOR_INVALID',
    hint: 'Begin the search again without a cursor.',
    cause,
  });
}
