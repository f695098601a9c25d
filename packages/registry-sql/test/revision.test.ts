import { join } from 'node:path';
import { createManifest } from '@agentmesh/manifest';
import { openDatabase, type SqlDatabase } from '@agentmesh/registry-sql';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresForTests } from './postgres-for-tests.js';
import { temporaryFolder } from './temporary-folder.js';

const server = await postgresForTests();

/** Two views of one database, as two processes have them. */
async function openTwo(url: string): Promise<readonly [SqlDatabase, SqlDatabase]> {
  const two = [await openDatabase({ url }), await openDatabase({ url })] as const;
  onTestFinished(async () => {
    for (const database of two) await database.close();
  });
  return two;
}

async function put({ store }: SqlDatabase, name: string): Promise<void> {
  const fields = { version: '1.0.0', description: 'x', author: 'a', plugin_type: 'agent' } as const;
  await store.change(name, (rows) => {
    rows.put({ manifest: createManifest({ name, ...fields }), status: { state: 'active' } });
  });
}

const count = async ({ store }: SqlDatabase): Promise<number> => (await store.search({})).items.length;

describe.each([
  ['SQLite', async () => `sqlite:${join(await temporaryFolder(), 'a.db')}`],
  ['PostgreSQL', () => server.createDatabase()],
])('The revision of %s', (_, address) => {
  it('is another one after each change, by this process or another, and the same for as long as nobody changes anything', async () => {
    const [here, there] = await openTwo(await address());
    const seen = [await here.store.revision?.()];
    for (const [at, database] of [here, there, here].entries()) {
      await put(database, `p${at}`);
      const now = await here.store.revision?.();
      expect(seen).not.toContain(now);
      expect(await count(here)).toBe(at + 1);
      expect(await here.store.revision?.()).toBe(now);
      seen.push(now);
    }
    expect(new Set(seen).size).toBe(4);
  });
});

describe('The revision of PostgreSQL', () => {
  it('is another one when a change that was under way is kept, though others began later', async () => {
    const url = await server.createDatabase();
    const [here] = await openTwo(url);
    await put(here, 'first');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    onTestFinished(() => client.end());
    await client.query('begin');
    await client.query('update agentmesh.plugins set name_key = name_key');
    await put(here, 'second');
    const during = await here.store.revision?.();
    expect(await here.store.revision?.()).toBe(during);
    await client.query('commit');
    const after = await here.store.revision?.();
    expect(after).not.toBe(during);
    expect(await here.store.revision?.()).toBe(after);
  });

  it('never stands for older rows than it names, while many change', async () => {
    const [here, there] = await openTwo(await server.createDatabase());
    const known = new Map<string | undefined, number>();
    let isOver = false;
    const changing = (async () => {
      for (let at = 0; at < 60; at++) await Promise.all([put(there, `a${at}`), put(there, `b${at}`)]);
      isOver = true;
    })();
    while (!isOver) {
      const before = await here.store.revision?.();
      const rows = await count(here);
      // What was read between two equal answers is what that revision stands for.
      if ((await here.store.revision?.()) !== before) continue;
      expect(known.get(before) ?? rows).toBe(rows);
      known.set(before, rows);
    }
    await changing;
    expect(await count(here)).toBe(120);
  });
});
