import type { Kysely } from 'kysely';
import { prepareQuery } from '../engine/prepare-query.js';
import type { Query } from '../engine/query.js';
import type { Tables } from '../schema/tables.js';

/** A small archive and its hash in hexadecimal. */
export type BlobColumns = { readonly sha512: string; readonly bytes: Uint8Array };

/** Statements about small archives. */
export interface BlobQueries {
  find(values: { readonly sha512: string }): Query<{ readonly bytes: Uint8Array }>;
  keep(values: BlobColumns): Query<unknown>;
  remove(values: { readonly sha512: string }): Query<unknown>;
}

/** Compiles them. */
export function createBlobQueries(build: Kysely<Tables>): BlobQueries {
  return {
    find: prepareQuery<{ sha512: string }, { bytes: Uint8Array }>((place) =>
      build.selectFrom('blobs').select('bytes').where('sha512', '=', place('sha512')),
    ),
    keep: prepareQuery<BlobColumns, unknown>((place) =>
      build
        .insertInto('blobs')
        .values({ sha512: place('sha512'), bytes: place('bytes') })
        .onConflict((same) => same.column('sha512').doUpdateSet((row) => ({ bytes: row.ref('excluded.bytes') }))),
    ),
    remove: prepareQuery<{ sha512: string }, unknown>((place) =>
      build.deleteFrom('blobs').where('sha512', '=', place('sha512')),
    ),
  };
}
