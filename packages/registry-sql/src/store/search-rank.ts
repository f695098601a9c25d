import type { SearchQuery } from '@agentmesh/registry';
import { type RawBuilder, sql } from 'kysely';
import type { SearchDialect, TextColumn } from '../engine/engine.js';

const MAIN = 'search_text';

/** The columns that a search looks at. */
export function searchColumns({ in: fields = [] }: SearchQuery): readonly TextColumn[] {
  const extra = fields.map((field): TextColumn => `${field}_text`);
  return [MAIN, ...new Set(extra)];
}

/** Where a text is in a listing. */
export interface TextPlaces {
  /** Position in name and description, from 1; 0 when it is not there. */
  readonly first: RawBuilder<number>;
  /** Whether another column has it: 1 or 0. */
  readonly elsewhere: RawBuilder<number>;
}

/** @param text folded */
export function textPlaces({ position }: SearchDialect, columns: readonly TextColumn[], text: string): TextPlaces {
  const column = (name: TextColumn) => sql<string>`${sql.ref(`listings.${name}`)}`;
  const others = columns
    .filter((name) => name !== MAIN)
    .map((name) => sql`${position(column(name), sql`${text}`)} > 0`);
  return {
    first: position(column(MAIN), sql`${text}`),
    elsewhere: others.length === 0 ? sql`0` : sql`case when ${sql.join(others, sql` or `)} then 1 else 0 end`,
  };
}

/** The rank of what has the text in its description. */
export const DESCRIPTION = 3;

/** Whether a listing has the text in its name, which takes less time to find out than where it is. */
export function inName({ position }: SearchDialect, text: string): RawBuilder<boolean> {
  const name = sql<string>`substr(${sql.ref('listings.search_text')}, 1, ${sql.ref('listings.name_end')} - 1)`;
  return sql<boolean>`${position(name, sql`${text}`)} > 0`;
}

/**
 * How well a listing fits, from {@link TextPlaces} and the `name_end` of the listing: 0 exact name, 1 name prefix, 2 name, 3 description, 4 elsewhere. The name
 * stands first in its column, so that the first occurrence tells where the text is.
 *
 * @param text folded
 */
export function searchRank(text: string): RawBuilder<number> {
  return sql`case when first = 0 then 4 when first >= name_end then ${sql.lit(DESCRIPTION)} when first > 1 then 2
    when name_end > ${sql.lit([...text].length + 1)} then 1 else 0 end`;
}
