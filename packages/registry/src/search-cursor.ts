import { MarketplaceError } from '@agentmesh/errors';
import { z } from 'zod';

/** Where an entry stands in an answer; smaller keys come first. */
export interface SearchKey {
  readonly rank: number;
  readonly publishedAt: string;
  /** Number of the entry among all in insertion order. */
  readonly place: number;
}

const LONGEST = 256;
const schema = z.tuple([z.int().min(0), z.string(), z.int().min(0)]);

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
  try {
    const text = Buffer.from(cursor.slice(0, LONGEST), 'base64url').toString();
    const [rank, publishedAt, place] = schema.parse(JSON.parse(text));
    return { rank, publishedAt, place };
  } catch (cause) {
    throw new MarketplaceError('Expected a cursor as an earlier page of the same search gave it', {
      code: 'CURSOR_INVALID',
      hint: 'Begin the search again without a cursor.',
      cause,
    });
  }
}
