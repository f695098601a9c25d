import { setTimeout as sleep } from 'node:timers/promises';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely';
import pg from 'pg';
import { POSTGRES_SCHEMA, POSTGRES_SCHEMA_NAME } from '../schema/postgres-schema.js';
import type { Schema } from '../schema/schema.js';
import type { Tables } from '../schema/tables.js';
import type { Engine, SearchDialect } from './engine.js';
import { lockNumber } from './lock-number.js';
import type { PoolOptions } from './pool-options.js';
import { PostgresFault, postgresFault } from './postgres-fault.js';
import type { Query, Run } from './query.js';

const LOCK = 'select pg_advisory_xact_lock($1::bigint)';
/**
 * Names the transactions whose changes are seen, all of them and no others (postgresql.org/docs/15/functions-info.html, "pg_snapshot"): it
 * is the same for as long as none that writes has ended. After a restart it may be a restored copy that counts anew.
 */
const REVISION = "select pg_current_snapshot()::text || ' ' || pg_postmaster_start_time()::text as revision";
const ATTEMPTS = 5;
const LONGEST_PAUSE_MS = 20;
const BIGINT = 20;

/** Connects to PostgreSQL when it is asked something first. */
export function openPostgres(url: string, { max = 10 }: PoolOptions = {}): Engine {
  const pool = new pg.Pool({ connectionString: url, max, ...TIMEOUTS, types: { getTypeParser }, keepAlive: true });
  // Without listeners a connection that ends would end the process; the pool opens another one.
  pool.on('error', () => {});
  pool.on('connect', (client) => void client.on('error', () => {}));
  return new PostgresEngine(pool);
}

/** Milliseconds; a database that hangs is one that does not answer. */
const TIMEOUTS = {
  connectionTimeoutMillis: 10_000,
  lock_timeout: 10_000,
  statement_timeout: 15_000,
  query_timeout: 20_000,
  idle_in_transaction_session_timeout: 30_000,
} as const;

const SEARCH: SearchDialect = {
  position: (column, text) => sql<number>`strpos(${column}, ${text})`,
  candidates: (columns, text) => {
    const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
    return sql<boolean>`(${sql.join(
      columns.map((column) => sql`${sql.ref(`listings.${column}`)} like ${pattern}`),
      sql` or `,
    )})`;
  },
};

class PostgresEngine implements Engine {
  readonly name = 'postgres';
  readonly schema: Schema = POSTGRES_SCHEMA;
  readonly search: SearchDialect = SEARCH;
  readonly build: Kysely<Tables> = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }).withSchema(POSTGRES_SCHEMA_NAME);
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async read<R>(query: Query<R>): Promise<readonly R[]> {
    try {
      return await this.#with((client) => ask(client, query));
    } catch (error) {
      throw postgresFault(error);
    }
  }

  async revision(): Promise<string> {
    const query: Query<{ revision: string }> = { name: 'agentmesh_revision', sql: REVISION, values: [] };
    const [row] = await this.read(query);
    return row?.revision ?? '';
  }

  async write<T>(lock: string | undefined, work: (run: Run) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#with((client) => transact(client, lock, work));
      } catch (error) {
        const isConflict = error instanceof PostgresFault && error.isConflict;
        if (!isConflict || attempt === ATTEMPTS) throw postgresFault(error);
      }
      await sleep(Math.random() * LONGEST_PAUSE_MS * attempt);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #with<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await tell(this.#pool.connect());
    let isUsable = true;
    try {
      return await work(client);
    } catch (error) {
      isUsable = !(error instanceof PostgresFault && error.isBroken);
      throw error;
    } finally {
      client.release(!isUsable);
    }
  }
}

async function transact<T>(
  client: pg.PoolClient,
  lock: string | undefined,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  await tell(client.query('BEGIN'));
  try {
    if (lock !== undefined) await ask(client, { name: 'agentmesh_lock', sql: LOCK, values: [lockNumber(lock)] });
    const answer = await work((query) => ask(client, query));
    await tell(client.query('COMMIT'));
    return answer;
  } catch (error) {
    // When that fails too the connection is gone, and the transaction with it; the first error says why.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function ask<R>(client: pg.PoolClient, { sql: text, values, name }: Query<R>): Promise<readonly R[]> {
  const { rows } = await tell(client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) }));
  const found: readonly unknown[] = rows;
  // The type of the rows comes from the statement that Kysely checked against the tables.
  return found as readonly R[];
}

/** Marks what goes wrong here as the database's. */
async function tell<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new PostgresFault(error);
  }
}

/** Numbers of 64 bits as numbers: nothing here grows beyond 2^53. */
function getTypeParser(type: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return type === BIGINT ? Number : pg.types.getTypeParser(type, format);
}
