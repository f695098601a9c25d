import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '@agentmesh/files';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import type { Schema } from '../schema/schema.js';
import { SQLITE_SCHEMA } from '../schema/sqlite-schema.js';
import type { Tables } from '../schema/tables.js';
import { databaseUnavailable } from './database-unavailable.js';
import type { Engine, SearchDialect, TextColumn } from './engine.js';
import type { Query, Run } from './query.js';
import { retryBusy } from './retry-busy.js';
import { SqliteConnection } from './sqlite-connection.js';
import { sqliteFault } from './sqlite-fault.js';
import { SqliteWriter } from './sqlite-writer.js';

/** Characters that the index needs to find anything (sqlite.org/fts5.html, "The Trigram Tokenizer"). */
const SHORTEST = 3;

/**
 * Opens a file, or makes it, readable by its owner alone: it keeps hashes of tokens.
 *
 * @throws MarketplaceError `DATABASE_UNAVAILABLE`, `REGISTRY_CORRUPT`
 */
export async function openSqlite(path: string): Promise<Engine> {
  try {
    await makeFolder(dirname(path));
    await (await open(path, 'a', 0o600)).close();
    const writer = new SqliteConnection(path);
    const reader = new SqliteConnection(path);
    for (const connection of [writer, reader]) await retryBusy(() => connection.exec(SETTINGS));
    return new SqliteEngine(writer, reader);
  } catch (error) {
    throw fileFault(error);
  }
}

/** FULL: a commit is on the disk before it is acknowledged, which NORMAL does not promise with a write-ahead log. */
const SETTINGS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 4000;
  PRAGMA cache_size = -32000;
  PRAGMA mmap_size = 268435456;
  PRAGMA temp_store = MEMORY;
`;

const SEARCH: SearchDialect = {
  position: (column, text) => sql<number>`instr(${column}, ${text})`,
  candidates: (columns, text) => {
    const phrase = phraseOf(columns, text);
    if (phrase === undefined) return undefined;
    return sql<boolean>`listings.version_id in (select rowid from listings_fts where listings_fts match ${phrase})`;
  },
  countMany: (columns, text) => {
    const phrase = phraseOf(columns, text);
    return phrase === undefined ? undefined : { sql: MANY, values: [phrase] };
  },
};

/**
 * Many are a tenth of all: from a fifth on it takes less time to read the listings one after the other, and to count that far would
 * take what is gained.
 */
const MANY = `
  with enough as (select max(10000, coalesce(max(version_id), 0) / 10) as count from listings)
  select count(*) >= (select count from enough) as is_many from (
    select rowid from listings_fts where listings_fts match ? limit (select count from enough))`;

/** A phrase in quotes: no character in it means anything to FTS5 but the quote, which is doubled. */
function phraseOf(columns: readonly TextColumn[], text: string): string | undefined {
  if ([...text].length < SHORTEST) return undefined;
  return `{${columns.join(' ')}} : "${text.replaceAll('"', '""')}"`;
}

class SqliteEngine implements Engine {
  readonly name = 'sqlite';
  readonly schema: Schema = SQLITE_SCHEMA;
  readonly search: SearchDialect = SEARCH;
  readonly build: Kysely<Tables> = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  readonly #connection: SqliteConnection;
  readonly #writer: SqliteWriter;
  /** Sees what is committed, also while the writer is in the middle of something. */
  readonly #reader: SqliteConnection;

  constructor(connection: SqliteConnection, reader: SqliteConnection) {
    this.#connection = connection;
    this.#writer = new SqliteWriter(connection);
    this.#reader = reader;
  }

  async read<R>(query: Query<R>): Promise<readonly R[]> {
    try {
      return await retryBusy(() => this.#reader.all(query));
    } catch (error) {
      throw sqliteFault(error);
    }
  }

  /** Counts what other connections have committed (sqlite.org/pragma.html, "data_version"), and the reader commits nothing. */
  async revision(): Promise<string> {
    const [row] = await this.read<{ data_version: number }>({ sql: 'PRAGMA data_version', values: [] });
    return String(row?.data_version);
  }

  /** The file has one writer at a time, so that there is nothing more to lock. */
  write<T>(_lock: string | undefined, work: (run: Run) => Promise<T>): Promise<T> {
    return this.#writer.write(work);
  }

  async close(): Promise<void> {
    await this.#writer.settled();
    this.#reader.close();
    this.#connection.close();
  }
}

function fileFault(error: unknown): unknown {
  const isSystem = error instanceof Error && 'syscall' in error;
  return isSystem ? databaseUnavailable(`its file cannot be made (${error.message})`, error) : sqliteFault(error);
}
