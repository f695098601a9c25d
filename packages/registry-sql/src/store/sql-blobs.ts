import { readFile, stat } from 'node:fs/promises';
import { ReadableStream } from 'node:stream/web';
import { checkIntegrity } from '@agentmesh/artifact';
import { type BlobStore, integrityHex, type KeepBeside, type RegistryStore } from '@agentmesh/registry';
import type { Engine } from '../engine/engine.js';
import { createBlobQueries } from './blob-queries.js';
import { SqlDraft } from './sql-draft.js';

/** Bytes of an archive that a row holds better than a file of its own (sqlite.org/intern-v-extern-blob.html). */
const SMALL = 65_536;

/**
 * Keeps small archives in the database, in the step in which its own store lists them, and the others in another store. What that one
 * has already is read from there, whatever its size.
 */
export function createSqlBlobs(engine: Engine, own: RegistryStore, large: BlobStore): BlobStore {
  const openLarge = large.openRange?.bind(large);
  const queries = createBlobQueries(engine.build);
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
    beside: (store, size) => (store === own && size <= SMALL ? keepBeside : undefined),
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

const keepBeside: KeepBeside = (rows, bytes, integrity) => {
  if (!(rows instanceof SqlDraft)) throw new TypeError('Expected the rows of a change to the database');
  checkIntegrity(bytes, integrity);
  rows.blobs.push({ sha512: integrityHex(integrity), bytes });
};
