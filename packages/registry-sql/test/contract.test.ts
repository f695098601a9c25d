import { join } from 'node:path';
import { openDatabase, type SqlDatabase } from '@agentmesh/registry-sql';
import { startPostgres } from '@agentmesh/test-support';
import { checkStore } from '@agentmesh/testkit';
import pg from 'pg';
import { afterAll, describe, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';

const server = await startPostgres();
afterAll(() => server.close());
const address = await server.createDatabase();

describe('the store in SQLite', () => {
  const checks = checkStore({
    persistent: true,
    open: async () => {
      const url = `sqlite:${join(await temporaryFolder(), 'agentmesh.db')}`;
      return openedStore(url);
    },
  });
  for (const check of checks) it(check.name, check.run);
});

describe('the store in PostgreSQL', () => {
  const checks = checkStore({
    persistent: true,
    open: async () => {
      await dropTables(address);
      return openedStore(address);
    },
  });
  for (const check of checks) it(check.name, check.run);
});

async function openedStore(url: string) {
  const databases: SqlDatabase[] = [];
  const open = async () => {
    const database = await openDatabase({ url, pool: { max: 4 } });
    databases.push(database);
    return database.store;
  };
  return {
    store: await open(),
    reopen: open,
    close: async () => void (await Promise.all(databases.map((database) => database.close()))),
  };
}

async function dropTables(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('DROP SCHEMA IF EXISTS agentmesh CASCADE');
  await client.end();
}
