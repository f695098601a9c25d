import { readFile, stat } from 'node:fs/promises';
import { ReadableStream } from 'node:stream/web';
import { checkIntegrity } from '@agentmesh/artifact';
import { type BlobStore, integrityHex } from '@agentmesh/registry';
import type { Kysely } from 'kysely';
import type { Engine } from '../engine/engine.js';
import { prepareQuery } from '../engine/prepare-query.js';
import type { Query } from '../engine/query.js';
import type { Tables } from '../schema/tables.js';

/** Bytes of an archive that a row holds better than a file of its own (sqlite.org/intern-v-extern-blob.html). */
const SMALL = 65_536;

/**
 * Keeps small archives in the database, where many that come at once share a commit, and the others in another store. What that one
 * has already is read from there, whatever its size.
 */
export function createSqlBlobs(engine: Engine, large: BlobStore): BlobStore {
  const openLarge = large.openRange?.bind(large);
  const queries = createQueries(engine.build);
  const find = async (integrity: string): Promise<Uint8Array | undefined> =>
    (await engine.read(queries.find({ sha512: integrityHex(integrity) })))[0]?.bytes;
  const put: BlobStore['put'] = async (bytes, integrity) => {
    if (bytes.length > SMALL) return large.put(bytes, integrity);
    checkIntegrity(bytes, integrity);
    const kept = await find(integrity);
    if (kept !== undefined && Buffer.compare(kept, bytes) === 0) return;
    await engine.write(undefined, (run) => run(queries.keep({ sha512: integrityHex(integrity), bytes })));
  };
  return {
    put,
    async putFile(path, integrity) {
      const isLarge = (await stat(path)).size > SMALL;
      if (isLarge && large.putFile !== undefined) return large.putFile(path, integrity);
      return put(await readFile(path), integrity);
    },
    async open(integrity) {
      const bytes = await find(integrity);
      return bytes === undefined ? large.open(integrity) : ReadableStream.from([bytes]);
    },
    ...(openLarge === undefined
      ? {}
      : {
          openRange: async (integrity, range) => {
            const bytes = await find(integrity);
            if (bytes === undefined) return openLarge(integrity, range);
            return ReadableStream.from([bytes.subarray(range.start, range.end + 1)]);
          },
        }),
    async remove(integrity) {
      const sha512 = integrityHex(integrity);
      await engine.write(undefined, (run) => run(queries.remove({ sha512 })));
      await large.remove?.(integrity);
    },
  };
}

interface BlobQueries {
  find(values: { readonly sha512: string }): Query<{ readonly bytes: Uint8Array }>;
  keep(values: { readonly sha512: string; readonly bytes: Uint8Array }): Query<unknown>;
  remove(values: { readonly sha512: string }): Query<unknown>;
}

function createQueries(build: Kysely<Tables>): BlobQueries {
  return {
    find: prepareQuery<{ sha512: string }, { bytes: Uint8Array }>((place) =>
      build.selectFrom('blobs').select('bytes').where('sha512', '=', place('sha512')),
    ),
    keep: prepareQuery<{ sha512: string; bytes: Uint8Array }, unknown>((place) =>
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
