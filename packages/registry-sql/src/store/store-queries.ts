import type { Kysely } from 'kysely';
import { prepareQuery } from '../engine/prepare-query.js';
import type { Query, Value } from '../engine/query.js';
import type { AuditColumns } from '../rows/audit-columns.js';
import type { Tables } from '../schema/tables.js';
import { type BlobQueries, createBlobQueries } from './blob-queries.js';
import { ENTRY_COLUMNS, type EntryRow } from './entry-row.js';
import type { ListingRow } from './listing-row.js';

type Prepared<V, R = unknown> = (values: V) => Query<R>;
type Row = { readonly [column: string]: Value };

/** A version with its key and its place among the others. */
interface PlacedRow extends EntryRow {
  readonly id: number;
  readonly place: number;
}

/** The columns of a version beside its keys. */
export type VersionColumns = Omit<EntryRow, 'integrity' | 'size'>;

/** What marks a listing as the one that its name stands for. */
export interface HeadMarks {
  readonly is_latest: number;
  readonly is_public_latest: number;
}

/** The statements about one name, compiled once. */
export interface StoreQueries {
  readonly versions: Prepared<{ name: string }, EntryRow>;
  readonly owners: Prepared<{ name: string }, OwnerRow>;
  readonly names: Prepared<{ after: number; most: number }, NameRow>;
  readonly alike: Prepared<{ key: string }, NameRow>;
  readonly placed: Prepared<{ plugin: number }, PlacedRow>;
  readonly addPlugin: Prepared<{ name: string; key: string }, { id: number }>;
  readonly removePlugin: Prepared<{ plugin: number }>;
  readonly addVersion: Prepared<VersionColumns & { plugin_id: number; place: number } & Row, { id: number }>;
  readonly setVersion: Prepared<VersionColumns & { id: number; place: number } & Row>;
  readonly removeVersion: Prepared<{ id: number }>;
  readonly addArtifact: Prepared<{ id: number; integrity: string; size: number }>;
  readonly removeArtifact: Prepared<{ id: number }>;
  readonly addListing: Prepared<
    ListingRow & HeadMarks & { version_id: number; plugin_id: number; place: number } & Row
  >;
  readonly markListing: Prepared<HeadMarks & { id: number } & Row>;
  readonly removeListing: Prepared<{ id: number }>;
  readonly addDependency: Prepared<{ name_key: string; version_id: number }>;
  readonly removeDependencies: Prepared<{ id: number }>;
  readonly addOwner: Prepared<{ plugin_id: number; place: number; key_id: string; public_key: string }>;
  readonly removeOwners: Prepared<{ plugin: number }>;
  readonly addHead: Prepared<{ organization: string; plugin_id: number; version_id: number }>;
  readonly removeHeads: Prepared<{ plugin: number }>;
  readonly addEvent: Prepared<AuditColumns & Row>;
  readonly keepBlob: BlobQueries['keep'];
}

/** A key of a name. */
interface OwnerRow {
  readonly key_id: string;
  readonly public_key: string;
}

/** A name and its key. */
interface NameRow {
  readonly id: number;
  readonly name: string;
}

/** Compiles them for an engine. */
export function createStoreQueries(build: Kysely<Tables>): StoreQueries {
  return {
    ...readingQueries(build),
    ...pluginQueries(build),
    ...versionQueries(build),
    ...listingQueries(build),
    addEvent: addEventQuery(build),
    keepBlob: createBlobQueries(build).keep,
  };
}

function readingQueries(
  build: Kysely<Tables>,
): Pick<StoreQueries, 'versions' | 'owners' | 'names' | 'alike' | 'placed'> {
  const entries = build.selectFrom('versions').leftJoin('artifacts', 'artifacts.version_id', 'versions.id');
  return {
    versions: prepareQuery<{ name: string }, EntryRow>((place) =>
      entries
        .innerJoin('plugins', 'plugins.id', 'versions.plugin_id')
        .select(ENTRY_COLUMNS)
        .where('plugins.name', '=', place('name'))
        .orderBy('versions.place'),
    ),
    owners: prepareQuery<{ name: string }, OwnerRow>((place) =>
      build
        .selectFrom('owners')
        .innerJoin('plugins', 'plugins.id', 'owners.plugin_id')
        .select(['owners.key_id', 'owners.public_key'])
        .where('plugins.name', '=', place('name'))
        .orderBy('owners.place'),
    ),
    names: prepareQuery<{ after: number; most: number }, NameRow>((place) =>
      build
        .selectFrom('plugins')
        .select(['id', 'name'])
        .where('id', '>', place('after'))
        .orderBy('id')
        .limit(place('most')),
    ),
    alike: prepareQuery<{ key: string }, NameRow>((place) =>
      build.selectFrom('plugins').select(['id', 'name']).where('name_key', '=', place('key')).orderBy('id'),
    ),
    placed: prepareQuery<{ plugin: number }, PlacedRow>((place) =>
      entries
        .select([...ENTRY_COLUMNS, 'versions.id', 'versions.place'])
        .where('versions.plugin_id', '=', place('plugin'))
        .orderBy('versions.place'),
    ),
  };
}

function pluginQueries(
  build: Kysely<Tables>,
): Pick<StoreQueries, 'addPlugin' | 'removePlugin' | 'addOwner' | 'removeOwners' | 'addHead' | 'removeHeads'> {
  return {
    addPlugin: prepareQuery((place) =>
      build
        .insertInto('plugins')
        .values({ name: place('name'), name_key: place('key') })
        .returning('id'),
    ),
    removePlugin: prepareQuery((place) => build.deleteFrom('plugins').where('id', '=', place('plugin'))),
    addOwner: prepareQuery((place) =>
      build.insertInto('owners').values({
        plugin_id: place('plugin_id'),
        place: place('place'),
        key_id: place('key_id'),
        public_key: place('public_key'),
      }),
    ),
    removeOwners: prepareQuery((place) => build.deleteFrom('owners').where('plugin_id', '=', place('plugin'))),
    addHead: prepareQuery((place) =>
      build.insertInto('organization_heads').values({
        organization: place('organization'),
        plugin_id: place('plugin_id'),
        version_id: place('version_id'),
      }),
    ),
    removeHeads: prepareQuery((place) =>
      build.deleteFrom('organization_heads').where('plugin_id', '=', place('plugin')),
    ),
  };
}

function versionQueries(
  build: Kysely<Tables>,
): Pick<StoreQueries, 'addVersion' | 'setVersion' | 'removeVersion' | 'addArtifact' | 'removeArtifact'> {
  return {
    addVersion: prepareQuery<VersionColumns & { plugin_id: number; place: number } & Row, { id: number }>((place) =>
      build
        .insertInto('versions')
        .values({
          plugin_id: place('plugin_id'),
          place: place('place'),
          published_at: place('published_at'),
          updated_at: place('updated_at'),
          state: place('state'),
          reason: place('reason'),
          successor: place('successor'),
          key_id: place('key_id'),
          manifest: place('manifest'),
        })
        .returning('id'),
    ),
    setVersion: prepareQuery((place) =>
      build
        .updateTable('versions')
        .set({
          place: place('place'),
          published_at: place('published_at'),
          updated_at: place('updated_at'),
          state: place('state'),
          reason: place('reason'),
          successor: place('successor'),
          key_id: place('key_id'),
          manifest: place('manifest'),
        })
        .where('id', '=', place('id')),
    ),
    removeVersion: prepareQuery((place) => build.deleteFrom('versions').where('id', '=', place('id'))),
    addArtifact: prepareQuery((place) =>
      build.insertInto('artifacts').values({
        version_id: place('id'),
        integrity: place('integrity'),
        size: place('size'),
      }),
    ),
    removeArtifact: prepareQuery((place) => build.deleteFrom('artifacts').where('version_id', '=', place('id'))),
  };
}

function listingQueries(
  build: Kysely<Tables>,
): Pick<StoreQueries, 'addDependency' | 'addListing' | 'markListing' | 'removeDependencies' | 'removeListing'> {
  return {
    addListing: prepareQuery((place) =>
      build.insertInto('listings').values({
        version_id: place('version_id'),
        plugin_id: place('plugin_id'),
        place: place('place'),
        published_at: place('published_at'),
        updated_ms: place('updated_ms'),
        type: place('type'),
        organization: place('organization'),
        is_latest: place('is_latest'),
        is_public_latest: place('is_public_latest'),
        name_end: place('name_end'),
        search_text: place('search_text'),
        keywords_text: place('keywords_text'),
        capabilities_text: place('capabilities_text'),
      }),
    ),
    markListing: prepareQuery((place) =>
      build
        .updateTable('listings')
        .set({ is_latest: place('is_latest'), is_public_latest: place('is_public_latest') })
        .where('version_id', '=', place('id')),
    ),
    removeListing: prepareQuery((place) => build.deleteFrom('listings').where('version_id', '=', place('id'))),
    addDependency: prepareQuery((place) =>
      build.insertInto('dependencies').values({ name_key: place('name_key'), version_id: place('version_id') }),
    ),
    removeDependencies: prepareQuery((place) => build.deleteFrom('dependencies').where('version_id', '=', place('id'))),
  };
}

/** Compiles the statement that writes down a change. */
export function addEventQuery(build: Kysely<Tables>): StoreQueries['addEvent'] {
  return prepareQuery((place) =>
    build.insertInto('audit_events').values({
      id: place('id'),
      at: place('at'),
      actor: place('actor'),
      action: place('action'),
      subject: place('subject'),
      address: place('address'),
      request_id: place('request_id'),
      detail: place('detail'),
    }),
  );
}
