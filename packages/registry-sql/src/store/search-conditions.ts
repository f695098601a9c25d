import { nameKey } from '@agentmesh/manifest';
import { parseSince, type SearchQuery } from '@agentmesh/registry';
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { Tables } from '../schema/tables.js';

type Listings = ExpressionBuilder<Tables, 'listings'>;

/**
 * What a listing has to be, its text aside.
 *
 * @throws MarketplaceError `TIME_INVALID`
 */
export function searchConditions(listings: Listings, query: SearchQuery): Expression<SqlBool>[] {
  const { type, updatedSince, dependsOn } = query;
  return [
    ...(query.latestOnly === false ? seenBy(listings, query) : latestFor(listings, query)),
    ...(type === undefined ? [] : [listings('listings.type', '=', type)]),
    ...(dependsOn === undefined ? [] : [listings('listings.version_id', 'in', dependentsOf(listings, dependsOn))]),
    ...(updatedSince === undefined ? [] : [listings('listings.updated_ms', '>=', parseSince(updatedSince))]),
  ];
}

function dependentsOf(listings: Listings, name: string) {
  return listings.selectFrom('dependencies').select('version_id').where('name_key', '=', nameKey(name));
}

function seenBy(listings: Listings, { organization }: SearchQuery): Expression<SqlBool>[] {
  if (organization === undefined) return [];
  return [listings.or([listings('organization', 'is', null), listings('organization', '=', organization)])];
}

/** Whoever belongs to an organization sees what a name stands for there, where the organization has versions of its own. */
function latestFor(listings: Listings, { organization }: SearchQuery): Expression<SqlBool>[] {
  // The plus keeps SQLite from following an index through the table (sqlite.org/optoverview.html, "unary +").
  if (organization === undefined) return [sql<SqlBool>`+is_latest = 1`];
  const heads = listings
    .selectFrom('organization_heads as head')
    .select(sql<number>`1`.as('one'))
    .where('head.organization', '=', organization);
  const isOwn = listings.exists(heads.whereRef('head.version_id', '=', 'listings.version_id'));
  const hasOwn = listings.exists(heads.whereRef('head.plugin_id', '=', 'listings.plugin_id'));
  return [listings.or([isOwn, listings.and([listings('is_public_latest', '=', 1), listings.not(hasOwn)])])];
}
