import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '@agentmesh/registry-sql';
import pg from 'pg';

const TABLES = ['plugins', 'versions', 'artifacts', 'listings'];
const BATCH = 2_000;

/** Fills an empty PostgreSQL with the rows of a file, which is faster than to put each by itself. */
export async function copyToPostgres(path: string, url: string): Promise<void> {
  await (await openDatabase({ url })).close();
  const file = new DatabaseSync(path, { readOnly: true });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const table of TABLES) {
    const into = `agentmesh.${table}`;
    const insert = `INSERT INTO ${into} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(null::${into}, $1)`;
    const rows = file.prepare(`SELECT * FROM ${table}`).all();
    for (let at = 0; at < rows.length; at += BATCH) {
      await client.query(insert, [JSON.stringify(rows.slice(at, at + BATCH))]);
    }
  }
  for (const table of ['plugins', 'versions']) {
    await client.query(
      `SELECT setval(pg_get_serial_sequence('agentmesh.${table}', 'id'), (SELECT max(id) FROM agentmesh.${table}))`,
    );
  }
  await client.query('VACUUM ANALYZE');
  await client.end();
  file.close();
}
