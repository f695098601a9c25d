import { MarketplaceError } from '@agentmesh/errors';
import type { Engine } from '../engine/engine.js';
import type { Query, Run } from '../engine/query.js';
import type { Schema } from './schema.js';

const LOCK = 'schema';

/**
 * Brings the tables to what this version knows. Of several processes that start at once one does it, the others wait.
 *
 * @throws MarketplaceError `DATABASE_NEWER` when a later version was here
 */
export async function migrate(engine: Engine): Promise<void> {
  const { schema } = engine;
  if (await isCurrent(engine)) return;
  await engine.write(LOCK, async (run) => {
    for (const statement of schema.opening) await run(plain(statement));
    await run(plain(`CREATE TABLE IF NOT EXISTS ${schema.table} (version integer NOT NULL)`));
    const version = await readVersion(schema, run);
    checkVersion(schema, version ?? 0);
    for (const statement of schema.steps.slice(version ?? 0).flat()) await run(plain(statement));
    if (version === undefined) await run(plain(`INSERT INTO ${schema.table} (version) VALUES (0)`));
    await run(plain(`UPDATE ${schema.table} SET version = ${schema.steps.length}`));
  });
}

/** Whether there is nothing to do: that takes no lock, so that a start does not wait for whoever writes. */
async function isCurrent(engine: Engine): Promise<boolean> {
  const { schema } = engine;
  const read: Run = (query) => engine.read(query);
  const [table] = await read(plain<{ present: number }>(schema.isPresent));
  if (table === undefined || table.present === 0) return false;
  const version = (await readVersion(schema, read)) ?? 0;
  checkVersion(schema, version);
  return version === schema.steps.length;
}

async function readVersion({ table }: Schema, run: Run): Promise<number | undefined> {
  const [row] = await run(plain<{ version: number }>(`select version from ${table}`));
  return row?.version;
}

function checkVersion({ steps }: Schema, version: number): void {
  if (version <= steps.length) return;
  throw new MarketplaceError(
    `The database has schema ${version}; this version of agentmesh knows up to ${steps.length}`,
    {
      code: 'DATABASE_NEWER',
      hint: 'Nothing was changed. Use the version of agentmesh that was here before, or a later one.',
    },
  );
}

function plain<R>(sql: string): Query<R> {
  return { sql, values: [] };
}
