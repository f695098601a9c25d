import { MarketplaceError } from '@agentmesh/errors';
import type { Engine } from './engine/engine.js';
import type { PoolOptions } from './engine/pool-options.js';
import { openSqlite } from './engine/sqlite-engine.js';
import { createAuditRows } from './rows/sql-audit.js';
import { createCounterRows } from './rows/sql-counters.js';
import { createCredentialRows } from './rows/sql-credentials.js';
import { createInstallRows } from './rows/sql-installs.js';
import { createTokenRows } from './rows/sql-tokens.js';
import { createWorkspaceRows } from './rows/sql-workspaces.js';
import { migrate } from './schema/migrate.js';
import type { SqlDatabase } from './sql-database.js';
import { createSqlBlobs } from './store/sql-blobs.js';
import { createSqlStore } from './store/sql-store.js';

/** Which database to open. */
export interface OpenDatabaseOptions {
  /** `sqlite:` and the path of a file, which is made when it is not there; or `postgres://user:password@host/database`. */
  readonly url: string;
  /** For PostgreSQL alone. */
  readonly pool?: PoolOptions;
}

/**
 * Opens a database and brings its tables up to date.
 *
 * @throws MarketplaceError `DATABASE_URL_INVALID`, `DATABASE_UNAVAILABLE`, `DATABASE_NEWER` (a later version was here),
 * `REGISTRY_CORRUPT` (the file is no database)
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<SqlDatabase> {
  const engine = await openEngine(options);
  try {
    await migrate(engine);
    return databaseOver(engine);
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** An address of SQLite, with the path after it; `sqlite:///path` is what other programs write. */
const SQLITE = /^sqlite:(?:\/\/(?=\/))?(?<path>(?!:|\/\/).+)$/;
const POSTGRES = /^postgres(?:ql)?:\/\//;

async function openEngine({ url, pool }: OpenDatabaseOptions): Promise<Engine> {
  const path = SQLITE.exec(url)?.groups?.path;
  if (path !== undefined) return openSqlite(path);
  if (POSTGRES.test(url) && URL.canParse(url)) {
    // The client of PostgreSQL takes a while to load, and most do without.
    const { openPostgres } = await import('./engine/postgres-engine.js');
    return openPostgres(url, pool);
  }
  // The address is not repeated: it may have a password in it.
  throw new MarketplaceError('Expected the address of a database', {
    code: 'DATABASE_URL_INVALID',
    hint: 'Give sqlite: and the path of a file, or postgres://user:password@host/database.',
  });
}

function databaseOver(engine: Engine): SqlDatabase {
  const ask = { sql: 'select 1', values: [] };
  const store = createSqlStore(engine);
  return {
    engine: engine.name,
    store,
    blobs: (large) => createSqlBlobs(engine, store, large),
    tokens: createTokenRows(engine),
    workspaces: createWorkspaceRows(engine),
    installs: createInstallRows(engine),
    audit: createAuditRows(engine),
    credentials: createCredentialRows(engine),
    counters: createCounterRows(engine),
    check: async () => void (await engine.read(ask)),
    close: () => engine.close(),
  };
}
