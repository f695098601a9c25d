import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@agentmesh/registry-sql';
import { startPostgres } from '@agentmesh/test-support';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bundleChild } from './bundle-child.js';
import { namesOf } from './names-of.js';
import { type Child, runChild } from './run-child.js';
import { temporaryFolder } from './temporary-folder.js';

const KILLS = 200;
const AT_ONCE = 4;

/** Kills a child at some moment within its next changes, and gives what it acknowledged. */
async function killSomewhere(child: Child): Promise<readonly string[]> {
  await child.nextLine();
  await sleep(Math.random() * 12);
  child.process.kill('SIGKILL');
  expect(await child.ended).toBe('SIGKILL');
  return child.lines;
}

function checkIntegrity(path: string): void {
  const database = new DatabaseSync(path);
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  database.exec("INSERT INTO listings_fts (listings_fts) VALUES ('integrity-check')");
  const counts = database.prepare(
    'SELECT (SELECT count(*) FROM versions) AS versions, (SELECT count(*) FROM plugins) AS plugins',
  );
  const { versions, plugins } = counts.get() ?? {};
  expect(versions).toBe(plugins);
  database.close();
}

describe('a SQLite file that several processes use', () => {
  it('keeps all 2,000 plugins that eight processes publish at once, 250 each', async () => {
    const path = join(await temporaryFolder(), 'agentmesh.db');
    const prefixes = Array.from({ length: 8 }, (_, index) => `child${index}`);
    const children = prefixes.map((prefix) => runChild('put-many.ts', `sqlite:${path}`, prefix, '250'));
    expect(await Promise.all(children.map((child) => child.ended))).toEqual(prefixes.map(() => 0));
    const database = await openDatabase({ url: `sqlite:${path}` });
    const names = await namesOf(database.store);
    const expected = prefixes.flatMap((prefix) => Array.from({ length: 250 }, (_, index) => `${prefix}-${index}`));
    expect(names.sort()).toEqual(expected.sort());
    expect((await database.store.search({ text: 'child7-249' })).items).toHaveLength(1);
    await database.close();
    checkIntegrity(path);
  }, 180_000);

  it(`has every acknowledged publish after kill -9 at ${KILLS} random moments`, async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'agentmesh.db');
    const script = await bundleChild('put-many.ts', folder);
    const acknowledged: string[] = [];
    const killAll = async (line: number) => {
      for (let round = 0; round < KILLS / AT_ONCE; round += 1) {
        const child = runChild(script, `sqlite:${path}`, `c${line}-${round}`, '100000');
        acknowledged.push(...(await killSomewhere(child)));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, (_, line) => killAll(line)));
    const database = await openDatabase({ url: `sqlite:${path}` });
    const names = new Set(await namesOf(database.store));
    expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS);
    expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
    // At most the one change of each process that was done and not acknowledged yet.
    expect(names.size - acknowledged.length).toBeLessThanOrEqual(KILLS);
    for (const name of acknowledged.slice(-20)) expect(await database.store.owners(name)).toHaveLength(1);
    await database.close();
    checkIntegrity(path);
  }, 300_000);
});

describe('a database that several processes open first at once', () => {
  it('is made once in SQLite', async () => {
    const folder = await temporaryFolder();
    for (let round = 0; round < 2; round += 1) {
      const path = join(folder, 'deep', 'agentmesh.db');
      const children = Array.from({ length: 6 }, () => runChild('open-once.ts', `sqlite:${path}`));
      expect(await Promise.all(children.map((child) => child.ended))).toEqual(children.map(() => 0));
      checkIntegrity(path);
      expect((await readdir(join(folder, 'deep'))).filter((name) => !name.startsWith('agentmesh.db'))).toEqual([]);
      await rm(join(folder, 'deep'), { recursive: true });
    }
  }, 180_000);

  it('is made once in PostgreSQL', async () => {
    const server = await startPostgres();
    onTestFinished(() => server.close());
    const url = await server.createDatabase();
    const children = Array.from({ length: 6 }, () => runChild('open-once.ts', url));
    expect(await Promise.all(children.map((child) => child.ended))).toEqual(children.map(() => 0));
    const database = await openDatabase({ url });
    expect((await database.store.search({})).items).toEqual([]);
    await database.close();
  }, 180_000);
});
