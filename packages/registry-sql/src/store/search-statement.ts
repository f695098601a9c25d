import { foldText, type SearchQuery } from '@agentmesh/registry';
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Engine } from '../engine/engine.js';
import { compileQuery } from '../engine/prepare-query.js';
import type { Query } from '../engine/query.js';
import { ENTRY_COLUMNS, type EntryRow } from './entry-row.js';
import { searchConditions } from './search-conditions.js';
import type { SearchKey } from './search-key.js';
import { DESCRIPTION, inName, searchColumns, searchRank, textPlaces } from './search-rank.js';

/** A limit that is none: with it SQLite looks once for the text in each row, and not once for each use of where it is. */
const EVERYTHING = sql.lit(2 ** 52);

type TextQuery = SearchQuery & { readonly text: string };

/** An entry that was found, and where it stands in the answer. */
export interface FoundRow extends EntryRow, SearchKey {}

/** Which page of a search to give. */
export interface SearchPage {
  readonly after: SearchKey | undefined;
  readonly most: number;
  /** Whether an index may help to find the text. */
  readonly isIndexed: boolean;
}

/**
 * The statement of one page of a search: it finds the page first, and reads the entries of that page alone.
 *
 * @throws MarketplaceError `TIME_INVALID`
 */
export function searchStatement(engine: Engine, query: SearchQuery, page: SearchPage): Query<FoundRow> {
  const text = foldText(query.text ?? '');
  const found = findPage(engine, { ...query, text }, page);
  const entries = engine.build
    .with(
      (cte) => cte('page').materialized(),
      () => found,
    )
    .selectFrom('page')
    .innerJoin('versions', 'versions.id', 'page.version_id')
    .leftJoin('artifacts', 'artifacts.version_id', 'page.version_id')
    .select(ENTRY_COLUMNS)
    .select(['page.rank', 'page.newest', 'page.plugin_id', 'page.place'])
    .orderBy('page.rank')
    .orderBy('page.newest', 'desc')
    .orderBy('page.plugin_id')
    .orderBy('page.place');
  return compileQuery<FoundRow>(entries);
}

function findPage(engine: Engine, query: TextQuery, page: SearchPage) {
  if (query.text === '') return allListings(engine, query, page);
  return page.isIndexed || !isPlain(query) ? rankedListings(engine, query, page) : commonListings(engine, query, page);
}

/** Whether nothing but a text in names and descriptions is asked for. */
function isPlain({ in: fields = [], type, organization, dependsOn, updatedSince, latestOnly }: SearchQuery): boolean {
  const further = [type, organization, dependsOn, updatedSince];
  return fields.length === 0 && latestOnly !== false && further.every((value) => value === undefined);
}

/**
 * A page of what has a text in it that many have: of the descriptions, which come after the names, only as many are looked at as
 * there are places left, the newest first.
 */
function commonListings(engine: Engine, query: TextQuery, page: SearchPage) {
  const { after, most } = page;
  const { first } = textPlaces(engine.search, searchColumns(query), query.text);
  const named = rankedListings(engine, query, page, sql<SqlBool>`${inName(engine.search, query.text)}`);
  const described = engine.build
    .selectFrom('listings')
    .select([
      'version_id',
      'plugin_id',
      'place',
      'published_at as newest',
      sql<number>`${sql.lit(DESCRIPTION)}`.as('rank'),
    ])
    .where(sql<SqlBool>`is_latest = 1`)
    .where(sql<SqlBool>`${first} >= name_end`)
    .$if(after !== undefined, (rest) => rest.where(isAfter(sql.lit(DESCRIPTION), sql.ref('published_at'), after)))
    .orderBy('published_at', 'desc')
    .orderBy('plugin_id')
    .orderBy('place')
    .limit(most);
  return engine.build
    .selectFrom(named.as('named'))
    .selectAll()
    .unionAll(engine.build.selectFrom(described.as('described')).selectAll())
    .orderBy('rank')
    .orderBy('newest', 'desc')
    .orderBy('plugin_id')
    .orderBy('place')
    .limit(most);
}

/** A page without a text, in the order that names were put. */
function allListings(engine: Engine, query: SearchQuery, { after, most }: SearchPage) {
  return engine.build
    .selectFrom('listings')
    .select(['version_id', 'plugin_id', 'place'])
    .select([sql<string>`''`.as('newest'), sql<number>`0`.as('rank')])
    .where((listings) => listings.and(searchConditions(listings, query)))
    .$if(after !== undefined, (rest) =>
      rest.where(sql<SqlBool>`(plugin_id, place) > (${after?.plugin_id}, ${after?.place})`),
    )
    .orderBy('plugin_id')
    .orderBy('place')
    .limit(most);
}

/** A page of what has a text in it, the best first. */
function rankedListings(
  engine: Engine,
  query: TextQuery,
  { after, most, isIndexed }: SearchPage,
  condition?: Expression<SqlBool>,
) {
  const { search } = engine;
  const columns = searchColumns(query);
  const candidates = isIndexed ? search.candidates(columns, query.text) : undefined;
  const { first, elsewhere } = textPlaces(search, columns, query.text);
  const hits = engine.build
    .selectFrom('listings')
    .select(['version_id', 'plugin_id', 'place', 'published_at as newest', 'name_end'])
    .select([first.as('first'), elsewhere.as('elsewhere')])
    .where((listings) => listings.and(searchConditions(listings, query)))
    .$if(candidates !== undefined, (rest) => rest.where(candidates ?? sql<SqlBool>`true`))
    .$if(condition !== undefined, (rest) => rest.where(condition ?? sql<SqlBool>`true`))
    .limit(EVERYTHING);
  const rank = searchRank(query.text);
  return engine.build
    .selectFrom(hits.as('hits'))
    .select(['version_id', 'plugin_id', 'place', 'newest', rank.as('rank')])
    .where(sql<SqlBool>`(first > 0 or elsewhere = 1)`)
    .$if(after !== undefined, (rest) => rest.where(isAfter(rank, sql.ref('newest'), after)))
    .orderBy('rank')
    .orderBy('newest', 'desc')
    .orderBy('plugin_id')
    .orderBy('place')
    .limit(most);
}

function isAfter(
  rank: Expression<number>,
  newest: Expression<unknown>,
  after: SearchKey | undefined,
): Expression<SqlBool> {
  if (after === undefined) return sql<SqlBool>`true`;
  const { plugin_id: plugin, place } = after;
  return sql<SqlBool>`(${rank} > ${after.rank} or (${rank} = ${after.rank} and (${newest} < ${after.newest}
    or (${newest} = ${after.newest} and (plugin_id, place) > (${plugin}, ${place})))))`;
}
